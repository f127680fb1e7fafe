import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { type Actor, unknownActor } from "../../audit/actor.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { addressName } from "../sign_in/lockout/take_tries.ts";
import type { ProgramRefusal } from "./refusals.ts";

export interface ProgramRefusalsDeps {
  readonly db: Kysely<AuditTables>;
  readonly clock: Clock;
  readonly audit: AuditWriter;
}

export interface RefusedProgram {
  readonly why: ProgramRefusal;
  /** As the request has it; null for none in form. */
  readonly keyId: string | null;
  /** Of a key there is. */
  readonly accountId: string | null;
  readonly address: string | null;
  readonly traceId: string | null;
}

/** What is counted together. */
interface Counted {
  readonly actor: Actor;
  readonly accountId: string | null;
  readonly why: ProgramRefusal;
  toldAtMs: number;
  /** Not told yet. */
  count: number;
  sinceAt: Date | null;
}

const AGAIN_MS = 60_000;
const COUNTED_MAX = 5_000;

/**
 * Refused programs in the audit trail: the first at once, then one event a minute with the number,
 * of one address, reason and key; keys nobody has count together, since anybody can make them up.
 * `tellCounts` has to be called every so often and at the end, or the last minute is lost.
 */
export class ProgramRefusals {
  readonly #deps: ProgramRefusalsDeps;
  readonly #counted = new Map<string, Counted>();

  constructor(deps: ProgramRefusalsDeps) {
    this.#deps = deps;
  }

  async tell(refused: RefusedProgram): Promise<void> {
    const now = this.#deps.clock.now();
    const counted = this.#countedOf(refused);
    counted.count += 1;
    counted.sinceAt ??= now;
    if (isMinuteOver(counted, now)) await this.#record(counted, now);
  }

  /** What waited for a minute; with `all` everything that waits. */
  async tellCounts({ all = false }: { readonly all?: boolean } = {}): Promise<void> {
    const now = this.#deps.clock.now();
    for (const [key, counted] of [...this.#counted]) {
      const isOver = isMinuteOver(counted, now);
      if (counted.count > 0 && (isOver || all)) await this.#record(counted, now);
      else if (counted.count === 0 && isOver) this.#counted.delete(key);
    }
  }

  #countedOf({ why, keyId, accountId, address, traceId }: RefusedProgram): Counted {
    const from = addressName(address);
    const own = accountId === null ? `${from} ${why}` : `${from} ${why} ${keyId}`;
    const isCrowded = !this.#counted.has(own) && this.#counted.size >= COUNTED_MAX;
    const key = isCrowded ? `many ${why}` : own;
    const known = this.#counted.get(key);
    if (known) return known;
    const name = isCrowded ? "(many)" : keyId ?? "(no key)";
    const counted: Counted = {
      actor: unknownActor({ name, address: isCrowded ? null : address, traceId }),
      accountId: isCrowded ? null : accountId,
      why,
      toldAtMs: -Infinity,
      count: 0,
      sinceAt: null,
    };
    this.#counted.set(key, counted);
    return counted;
  }

  /** What comes while it is written counts for the next; what could not be written does too. */
  async #record(counted: Counted, now: Date): Promise<void> {
    const { actor, accountId, why, toldAtMs, count, sinceAt } = counted;
    Object.assign(counted, { toldAtMs: now.getTime(), count: 0, sinceAt: null });
    try {
      await this.#deps.db.transaction().execute((tx) =>
        this.#deps.audit.record(tx, actor, [{
          kind: "access.program_refused",
          result: "refused",
          reason: why,
          ...(accountId !== null && { objectId: accountId }),
          fields: { why, count, sinceAt: sinceAt?.toISOString() ?? null },
        }])
      );
    } catch (thrown) {
      counted.count += count;
      counted.sinceAt = sinceAt;
      counted.toldAtMs = toldAtMs;
      throw thrown;
    }
  }
}

/** Of a clock that was set back, too: else they waited until it had caught up. */
function isMinuteOver({ toldAtMs }: Counted, now: Date): boolean {
  return Math.abs(now.getTime() - toldAtMs) >= AGAIN_MS;
}
