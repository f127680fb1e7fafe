import { CryptoError } from "../errors.ts";
import { asCryptoError } from "./sdf_errors.ts";
import type { SdfKey, SdfLibrary, SdfSession } from "./sdf_library.ts";

export interface SdfSessionsOptions {
  readonly library: SdfLibrary;
  /** How many at once; devices have few. */
  readonly max: number;
  /** For a free session, and for the device to do one piece of work. */
  readonly waitMs: number;
  /** Of a new session: its access rights. */
  readonly prepare: (session: SdfSession) => Promise<void>;
  /** The device answered, be it with a refusal. */
  readonly onAnswer: () => void;
  /** The device does not answer or says that it is broken. */
  readonly onGone: (reason: CryptoError) => void;
}

const WAITING_MAX = 256;
const KEYS_PER_SESSION_MAX = 64;

/** A bounded pool of sessions, each used by one caller at a time. */
export class SdfSessions implements AsyncDisposable {
  readonly #options: SdfSessionsOptions;
  readonly #idle: OpenSession[] = [];
  readonly #open = new Set<OpenSession>();
  readonly #waiting: (() => void)[] = [];
  /** Also those that hang: they are not replaced before the device has answered. */
  #taken = 0;
  #closed = false;

  constructor(options: SdfSessionsOptions) {
    this.#options = options;
  }

  /**
   * Throws `unavailable` when no session is free in time, when the device takes too long, and when
   * it is gone; the session is given up then.
   */
  async use<Result>(work: (session: OpenSession) => Promise<Result>): Promise<Result> {
    await this.#take();
    const done = this.#run(work).finally(() => this.#giveBack());
    return await this.#inTime(done, "the device did not answer", this.#options.onGone);
  }

  /** Of a key that is about to go: no session keeps a handle to it. */
  forget(id: string): void {
    for (const session of this.#open) session.forget(id);
  }

  /** Closes what is idle; what still works closes when it comes back. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const wake of this.#waiting.splice(0)) wake();
    await Promise.all(this.#idle.splice(0).map((session) => this.#close(session)));
  }

  /** In an outage: an old session may look alive and have lost its rights. Waits for nothing. */
  dropIdle(): void {
    for (const session of this.#idle.splice(0)) void this.#close(session);
  }

  async #run<Result>(work: (session: OpenSession) => Promise<Result>): Promise<Result> {
    let session: OpenSession | null = null;
    try {
      session = this.#idle.pop() ?? await this.#openSession();
      const result = await work(session);
      await this.#putBack(session);
      this.#options.onAnswer();
      return result;
    } catch (error) {
      const known = asCryptoError(error);
      if (known.code === "unavailable") {
        this.#options.onGone(known);
        if (session) await this.#close(session);
      } else {
        if (session) await this.#putBack(session);
        this.#options.onAnswer();
      }
      throw known;
    }
  }

  async #openSession(): Promise<OpenSession> {
    const session = new OpenSession(await this.#options.library.openSession());
    this.#open.add(session);
    try {
      await this.#options.prepare(session.raw);
      return session;
    } catch (error) {
      await this.#close(session);
      throw error;
    }
  }

  async #putBack(session: OpenSession): Promise<void> {
    if (this.#closed) await this.#close(session);
    else this.#idle.push(session);
  }

  async #close(session: OpenSession): Promise<void> {
    this.#open.delete(session);
    await session.close();
  }

  async #take(): Promise<void> {
    this.#requireOpen();
    if (this.#taken < this.#options.max) {
      this.#taken++;
      return;
    }
    if (this.#waiting.length >= WAITING_MAX) throw unavailable("too many wait for a session");
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    try {
      await this.#inTime(promise, "no session became free");
    } catch (error) {
      const at = this.#waiting.indexOf(resolve);
      if (at >= 0) this.#waiting.splice(at, 1);
      else this.#giveBack();
      throw error;
    }
    this.#requireOpen();
  }

  /** The place goes to who waited longest. */
  #giveBack(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#taken--;
  }

  async #inTime<Result>(
    work: Promise<Result>,
    otherwise: string,
    onLate: (reason: CryptoError) => void = () => {},
  ): Promise<Result> {
    const { waitMs } = this.#options;
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const late = unavailable(`${otherwise} within ${waitMs} ms`);
      onLate(late);
      reject(late);
    }, waitMs);
    try {
      return await Promise.race([work, promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  #requireOpen(): void {
    if (this.#closed) throw unavailable("it is closed");
  }
}

/** One session with the keys that were imported into it. */
export class OpenSession {
  readonly raw: SdfSession;
  /** By key id, in the order of use. */
  readonly #keys = new Map<string, SdfKey>();
  readonly #gone: SdfKey[] = [];

  constructor(raw: SdfSession) {
    this.raw = raw;
  }

  async key(id: string, load: (session: SdfSession) => Promise<SdfKey>): Promise<SdfKey> {
    await this.#destroyGone();
    const key = this.#keys.get(id) ?? await load(this.raw);
    this.#keys.delete(id);
    this.#keys.set(id, key);
    for (const oldest of this.#keys.keys()) {
      if (this.#keys.size <= KEYS_PER_SESSION_MAX) break;
      this.forget(oldest);
    }
    return key;
  }

  forget(id: string): void {
    const key = this.#keys.get(id);
    this.#keys.delete(id);
    if (key) this.#gone.push(key);
  }

  /** A session of a device that is gone does not close either, and need not. */
  async close(): Promise<void> {
    await this.raw.close().catch(() => {});
  }

  async #destroyGone(): Promise<void> {
    for (const key of this.#gone.splice(0)) await this.raw.destroyKey(key);
  }
}

function unavailable(reason: string): CryptoError {
  return new CryptoError("unavailable", `Cannot use the device: ${reason}`);
}
