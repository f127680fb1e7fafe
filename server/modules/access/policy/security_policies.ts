import type { QueryCreator } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import type { Log } from "../../../platform/log.ts";
import type { RowTags, TaggedColumns } from "../../../platform/row_tags.ts";
import { type PolicyKind, type SecurityPolicy, securityPolicySchema } from "./contract.ts";
import { DEFAULT_POLICIES } from "./default_policy.ts";
import { findPolicyRow, type PolicyRow } from "./store.ts";
import { strictest } from "./strictest.ts";
import type { PolicyTables } from "./tables.ts";

/** A change of another process is seen this late at most. */
const KNOWN_MS_MAX = 5_000;

export interface SecurityPoliciesDeps {
  readonly db: QueryCreator<PolicyTables>;
  readonly clock: Clock;
  readonly log: Log;
  readonly rowTags: RowTags;
  /** Hears of every look at a broken row; absent where a command looks once. */
  readonly onBroken?: (kind: PolicyKind) => Promise<void>;
}

interface Trusted {
  readonly policy: SecurityPolicy;
  readonly version: bigint;
}

/** What holds. */
export interface PolicyInForce {
  readonly policy: SecurityPolicy;
  /** The row was changed, put back or taken away past the platform. */
  readonly isBroken: boolean;
  /** The highest of which this process knows; 0 for none. */
  readonly version: bigint;
}

/**
 * The policies that hold, remembered for a few seconds: every request of the console asks. In place
 * of a row that was changed past the platform the strictest of the defaults (which keep the floors)
 * and the last policy this process knew to be genuine holds, field by field.
 */
export class SecurityPolicies {
  readonly #deps: SecurityPoliciesDeps;
  readonly #known = new Map<PolicyKind, { policy: SecurityPolicy; untilMs: number }>();
  readonly #lastTrusted = new Map<PolicyKind, Trusted>();

  constructor(deps: SecurityPoliciesDeps) {
    this.#deps = deps;
  }

  async get(kind: PolicyKind): Promise<SecurityPolicy> {
    const now = this.#deps.clock.now().getTime();
    const known = this.#known.get(kind);
    // Asked from behind too: a clock set back must not make it hold for longer.
    if (known && Math.abs(known.untilMs - now) <= KNOWN_MS_MAX && now < known.untilMs) {
      return known.policy;
    }
    const { policy } = await this.read(kind);
    return policy;
  }

  /** As it stands in the database now. In no transaction: a broken row is told in one of its own. */
  async read(kind: PolicyKind): Promise<PolicyInForce> {
    const row = await findPolicyRow(this.#deps.db, kind);
    const found = await this.#judge(kind, row);
    if (found.isBroken) await this.#tell(kind);
    const untilMs = this.#deps.clock.now().getTime() + KNOWN_MS_MAX;
    this.#known.set(kind, { policy: found.policy, untilMs });
    return found;
  }

  forget(): void {
    this.#known.clear();
  }

  async #judge(kind: PolicyKind, row: PolicyRow | null): Promise<PolicyInForce> {
    const last = this.#lastTrusted.get(kind);
    const defaults = DEFAULT_POLICIES[kind];
    if (!row && !last) return { policy: defaults, isBroken: false, version: 0n };
    const policy = row && await trustedPolicy(this.#deps, row);
    // An older row with its tag is genuine too, and put back all the same.
    if (row && policy && (!last || row.version >= last.version)) {
      this.#lastTrusted.set(kind, { policy, version: row.version });
      return { policy, isBroken: false, version: row.version };
    }
    return {
      policy: last ? strictest(defaults, last.policy) : defaults,
      isBroken: true,
      version: last?.version ?? 0n,
    };
  }

  async #tell(kind: PolicyKind): Promise<void> {
    this.#deps.log.error("Security policy is broken, the strictest known holds", { kind });
    await this.#deps.onBroken?.(kind);
  }
}

async function trustedPolicy(
  { rowTags }: Pick<SecurityPoliciesDeps, "rowTags">,
  row: PolicyRow,
): Promise<SecurityPolicy | null> {
  if (!await rowTags.fits("security_policy", taggedOfPolicy(row), row.tag)) return null;
  const parsed = securityPolicySchema.safeParse(JSON.parse(row.value));
  return parsed.success ? parsed.data : null;
}

export function taggedOfPolicy(row: Omit<PolicyRow, "tag">): TaggedColumns {
  return { kind: row.kind, value: row.value, version: row.version, changed_by: row.changed_by };
}
