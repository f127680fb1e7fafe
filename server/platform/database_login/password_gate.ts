import { isDenial, LoginError } from "./login_error.ts";

/** PostgreSQL counts no wrong passwords; a mended one is noticed after this. */
const CLOSED_MS = 60_000;

/**
 * One password is tried by one connection at a time, and not again once it was denied: openGauss
 * and its relatives lock an account for a day after a few wrong ones, and a pool would spend those
 * at once.
 */
export class PasswordGate {
  readonly #mayTryAgain: boolean;
  readonly #now: () => number;
  #denied: { readonly why: LoginError; readonly at: number } | null = null;
  #last: Promise<unknown> = Promise.resolve();

  /** `locksAccounts`: then a denial holds until the process is started again. */
  constructor({ locksAccounts, now }: {
    readonly locksAccounts: boolean;
    readonly now: () => number;
  }) {
    this.#mayTryAgain = !locksAccounts;
    this.#now = now;
  }

  /** Runs `prove` when it is its turn; at once throws what the last one was denied with. */
  async pass<Value>(prove: () => Promise<Value>): Promise<Value> {
    const turn = this.#last.then(() => this.#try(prove));
    this.#last = turn.catch(() => {});
    return await turn;
  }

  /** Throws while it is known to be of no use to connect. */
  requireOpen(): void {
    const denied = this.#denied;
    if (denied === null) return;
    if (this.#mayTryAgain && this.#now() - denied.at >= CLOSED_MS) return;
    const next = this.#mayTryAgain
      ? "一分钟后再试"
      : "不再尝试，以免数据库锁定账号；改正后重新启动";
    throw new LoginError(denied.why.code, `数据库拒绝了登录（${denied.why.message}）：${next}`, {
      cause: denied.why,
    });
  }

  async #try<Value>(prove: () => Promise<Value>): Promise<Value> {
    this.requireOpen();
    try {
      const value = await prove();
      this.#denied = null;
      return value;
    } catch (thrown) {
      if (isDenial(thrown)) this.#denied = { why: thrown, at: this.#now() };
      throw thrown;
    }
  }
}
