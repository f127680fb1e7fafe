import {
  hashPassword,
  PASSWORD_ITERATIONS,
  passwordFits,
  type PasswordHash,
} from "../../../../crypto/password_hash.ts";
import { DomainError } from "../../../platform/errors.ts";

/** Each takes a thread for a quarter of a second: more would starve the rest of the machine. */
const RUNNING_MAX = 2;
/** Four seconds' worth; whoever comes then is told to come again. */
const WAITING_MAX = 32;

/**
 * Derivations of passwords, a bounded number at a time. Throws DomainError
 * `access.too_many_requests` when too many wait.
 */
export class PasswordWork {
  readonly iterations: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #derivations = 0;

  /** Fewer iterations than the default are for tests alone. */
  constructor(
    { iterations = PASSWORD_ITERATIONS }: { readonly iterations?: number | undefined } = {},
  ) {
    this.iterations = iterations;
  }

  /** How many were done so far. */
  get derivations(): number {
    return this.#derivations;
  }

  async hash(password: string): Promise<PasswordHash> {
    return await this.#inTurn(() => hashPassword(password, { iterations: this.iterations }));
  }

  async fits(password: string, kept: PasswordHash): Promise<boolean> {
    return await this.#inTurn(() => passwordFits(password, kept));
  }

  /** Takes as long as one that might fit, for what has no password. */
  async pretend(password: string): Promise<false> {
    await this.hash(password);
    return false;
  }

  async #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.#running >= RUNNING_MAX) {
      if (this.#waiting.length >= WAITING_MAX) throw tooMany();
      await new Promise<void>((resume) => this.#waiting.push(resume));
    } else {
      this.#running += 1;
    }
    try {
      this.#derivations += 1;
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}

function tooMany(): DomainError {
  return new DomainError(
    "access.too_many_requests",
    "Cannot check a password now: too many are being checked",
    { retry: "safe", detail: "5" },
  );
}
