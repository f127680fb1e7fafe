import type { QueryCreator } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import type { Log } from "../../../platform/log.ts";
import type { RowTags, TaggedColumns } from "../../../platform/row_tags.ts";
import { type PolicyKind, type SecurityPolicy, securityPolicySchema } from "./contract.ts";
import { DEFAULT_POLICIES } from "./default_policy.ts";
import { findPolicyRow, type PolicyRow } from "./store.ts";
import type { PolicyTables } from "./tables.ts";

/** A change of another process is seen this late at most. */
const KNOWN_MS_MAX = 5_000;

export interface SecurityPoliciesDeps {
  readonly db: QueryCreator<PolicyTables>;
  readonly clock: Clock;
  readonly log: Log;
  readonly rowTags: RowTags;
}

/** The policies that hold, remembered for a few seconds: every request of the console asks. */
export class SecurityPolicies {
  readonly #deps: SecurityPoliciesDeps;
  readonly #known = new Map<PolicyKind, { policy: SecurityPolicy; untilMs: number }>();

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
    const policy = await readPolicy(this.#deps, kind);
    this.#known.set(kind, { policy, untilMs: now + KNOWN_MS_MAX });
    return policy;
  }

  forget(): void {
    this.#known.clear();
  }
}

/** A row changed past the platform does not count: then the defaults hold, and the log says so. */
async function readPolicy(deps: SecurityPoliciesDeps, kind: PolicyKind): Promise<SecurityPolicy> {
  const row = await findPolicyRow(deps.db, kind);
  if (!row) return DEFAULT_POLICIES[kind];
  const policy = await trustedPolicy(deps, row);
  if (!policy) deps.log.error("Security policy is broken, the defaults hold", { kind });
  return policy ?? DEFAULT_POLICIES[kind];
}

export async function trustedPolicy(
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
