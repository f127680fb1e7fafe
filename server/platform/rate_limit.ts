import { type Kysely, sql, type Transaction } from "kysely";
import type { Context, MiddlewareHandler } from "hono";
import { addressOf } from "./client_address.ts";
import type { Clock } from "./clock.ts";
import { problem } from "./http.ts";
import { insertIfAbsent } from "./upsert.ts";

/**
 * So many requests of one caller in a minute, over all processes. A process takes a part of the
 * minute's share at once, so that not every request writes; what it took and did not use is lost
 * with the minute.
 */

export interface RateTables {
  rate_lease: {
    name: string;
    window_at: Date;
    taken: number;
  };
}

/** What is limited together. */
export interface RateClass {
  readonly name: string;
  readonly perMinute: number;
}

export type RateAnswer =
  | { readonly isTaken: true }
  | {
    readonly isTaken: false;
    readonly retrySeconds: number;
    /** The first refusal of this caller in this minute, as far as this process knows. */
    readonly isFirst: boolean;
  };

export interface RateLimitsDeps {
  readonly db: Kysely<RateTables>;
  readonly clock: Clock;
}

interface Share {
  readonly windowMs: number;
  left: number;
  isOver: boolean;
  /** Somebody heard that it is over. */
  isTold: boolean;
  leasing: Promise<void> | null;
}

const WINDOW_MS = 60_000;
/** Of the minute's share a process takes at once: so many writes a minute at most. */
const LEASES_PER_WINDOW = 10;
const CALLERS_MAX = 10_000;
const NAME_LENGTH_MAX = 200;

export class RateLimits {
  readonly #deps: RateLimitsDeps;
  readonly #shares = new Map<string, Share>();

  constructor(deps: RateLimitsDeps) {
    this.#deps = deps;
  }

  /** `caller`: an account's id, an address. */
  async take(of: RateClass, caller: string): Promise<RateAnswer> {
    const nowMs = this.#deps.clock.now().getTime();
    const windowMs = Math.floor(nowMs / WINDOW_MS) * WINDOW_MS;
    const name = nameOf(of, caller);
    const share = this.#shareOf(name, windowMs);
    while (share.left === 0 && !share.isOver) {
      // Those who come meanwhile wait for the same lease.
      share.leasing ??= this.#fill(share, { of, name }).finally(() => share.leasing = null);
      await share.leasing;
    }
    if (share.left > 0) {
      share.left -= 1;
      return { isTaken: true };
    }
    const isFirst = !share.isTold;
    share.isTold = true;
    return { isTaken: false, isFirst, retrySeconds: secondsUntil(windowMs + WINDOW_MS, nowMs) };
  }

  /** Whether one was refused in this minute already, as far as this process knows. */
  isOver(of: RateClass, caller: string): boolean {
    const nowMs = this.#deps.clock.now().getTime();
    const share = this.#shares.get(nameOf(of, caller));
    return share !== undefined && share.isOver && nowMs - share.windowMs < WINDOW_MS;
  }

  #shareOf(name: string, windowMs: number): Share {
    const known = this.#shares.get(name);
    if (known?.windowMs === windowMs) return known;
    if (this.#shares.size >= CALLERS_MAX) this.#dropOldest();
    const share: Share = { windowMs, left: 0, isOver: false, isTold: false, leasing: null };
    this.#shares.delete(name);
    this.#shares.set(name, share);
    return share;
  }

  #dropOldest(): void {
    const [oldest] = this.#shares.keys();
    if (oldest !== undefined) this.#shares.delete(oldest);
  }

  async #fill(
    share: Share,
    { of, name }: { readonly of: RateClass; readonly name: string },
  ): Promise<void> {
    const leased = await this.#lease(of, name, share.windowMs);
    share.left += leased;
    share.isOver = leased === 0;
  }

  async #lease({ perMinute }: RateClass, name: string, windowMs: number): Promise<number> {
    const wanted = Math.max(1, Math.floor(perMinute / LEASES_PER_WINDOW));
    const lease = { name, windowAt: new Date(windowMs), max: perMinute };
    return await this.#deps.db.transaction().execute(async (tx) => {
      if (await takeLease(tx, { ...lease, wanted })) return wanted;
      return wanted > 1 && await takeLease(tx, { ...lease, wanted: 1 }) ? 1 : 0;
    });
  }
}

function nameOf(of: RateClass, caller: string): string {
  return `${of.name} ${caller}`.slice(0, NAME_LENGTH_MAX);
}

function secondsUntil(thenMs: number, nowMs: number): number {
  return Math.max(1, Math.ceil((thenMs - nowMs) / 1_000));
}

interface Lease {
  readonly name: string;
  readonly windowAt: Date;
  readonly wanted: number;
  readonly max: number;
}

async function takeLease(
  tx: Transaction<RateTables>,
  { name, windowAt, wanted, max }: Lease,
): Promise<boolean> {
  if (await addToLease(tx, { name, windowAt, wanted, max })) return true;
  if (wanted > max) return false;
  const row = { name, window_at: windowAt, taken: wanted };
  if (await insertIfAbsent(tx, "rate_lease", row, ["name"])) return true;
  return await addToLease(tx, { name, windowAt, wanted, max });
}

/** In one statement, so that of many processes none takes what is not there. */
async function addToLease(
  tx: Transaction<RateTables>,
  { name, windowAt, wanted, max }: Lease,
): Promise<boolean> {
  const isNew = sql<boolean>`window_at < cast(${windowAt} as timestamptz)`;
  const result = await tx.updateTable("rate_lease").set({
    taken: sql<number>`case when ${isNew} then cast(${wanted} as integer)
      else taken + cast(${wanted} as integer) end`,
    window_at: windowAt,
  })
    .where("name", "=", name)
    .where(sql<boolean>`(${isNew} or (window_at = cast(${windowAt} as timestamptz)
      and taken + cast(${wanted} as integer) <= cast(${max} as integer)))`)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Rows of minutes long gone. */
export async function deleteOldLeases(deps: RateLimitsDeps): Promise<void> {
  const before = new Date(deps.clock.now().getTime() - 10 * WINDOW_MS);
  await deps.db.deleteFrom("rate_lease").where("window_at", "<", before).execute();
}

/** Answers 429 with `retry-after`; `onFirst` hears of it once a minute and caller. */
export function rateLimited(
  limits: RateLimits,
  { of, callerOf = addressCaller, onFirst, refusal = tooMany }: {
    readonly of: RateClass | ((c: Context) => RateClass);
    readonly callerOf?: (c: Context) => string;
    readonly onFirst?: (c: Context) => Promise<void>;
    /** Of status 429; for who does not read a machine's words. */
    readonly refusal?: RateRefusal;
  },
): MiddlewareHandler {
  return async (c, next) => {
    const answer = await limits.take(typeof of === "function" ? of(c) : of, callerOf(c));
    if (answer.isTaken) return await next();
    if (answer.isFirst) await onFirst?.(c);
    c.header("retry-after", String(answer.retrySeconds));
    return await refusal(c, answer.retrySeconds);
  };
}

export type RateRefusal = (c: Context, retrySeconds: number) => Response | Promise<Response>;

function tooMany(c: Context, retrySeconds: number): Response {
  return problem(c, {
    status: 429,
    code: "request.too_many",
    title: "Cannot take the request: too many came in this minute",
    retry: "safe",
    detail: String(retrySeconds),
  });
}

function addressCaller(c: Context): string {
  return addressOf(c) ?? "unknown";
}
