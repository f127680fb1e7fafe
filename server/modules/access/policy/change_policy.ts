import type { Kysely } from "kysely";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import type { Caller } from "../caller.ts";
import { type PolicyKind, type PolicyView, type SecurityPolicy } from "./contract.ts";
import { type SecurityPolicies, taggedOfPolicy } from "./security_policies.ts";
import { findPolicyView, replacePolicyRow } from "./store.ts";
import type { PolicyTables } from "./tables.ts";
import type { AccessTables } from "../tables.ts";

export interface PolicyDeps {
  readonly db: Kysely<PolicyTables & AuditTables & AccessTables>;
  readonly clock: Clock;
  readonly rowTags: RowTags;
  readonly audit: AuditWriter;
  readonly policies: SecurityPolicies;
}

/** What holds, by whom. A broken row is shown as what holds in its place. */
export async function viewPolicy(deps: PolicyDeps, kind: PolicyKind): Promise<PolicyView> {
  const { policy, isBroken } = await deps.policies.read(kind);
  const found = await findPolicyView(deps.db, kind);
  return {
    kind,
    policy,
    changedAt: found?.row.changed_at.toISOString() ?? null,
    changedBy: found?.login ?? null,
    version: Number(found?.row.version ?? 0n),
    broken: isBroken,
  };
}

/**
 * The floors are in the contract's shape: a policy below them is no policy. Throws DomainError
 * `access.policy_changed_meanwhile`.
 */
export async function changePolicy(
  deps: PolicyDeps,
  caller: Caller,
  { kind, policy, version }: {
    readonly kind: PolicyKind;
    readonly policy: SecurityPolicy;
    readonly version: number;
  },
): Promise<PolicyView> {
  const before = await deps.policies.read(kind);
  await deps.db.transaction().execute(async (tx) => {
    const unsealed = {
      kind,
      value: JSON.stringify(policy),
      // Above what was put back or taken away, so that no process takes it for that.
      version: 1n + (before.version > BigInt(version) ? before.version : BigInt(version)),
      changed_at: deps.clock.now(),
      changed_by: caller.accountId,
    };
    const tag = await deps.rowTags.tag("security_policy", taggedOfPolicy(unsealed));
    if (!await replacePolicyRow(tx, { ...unsealed, tag }, BigInt(version))) {
      throw changedMeanwhile();
    }
    const difference = differenceOf(before.policy, policy);
    await deps.audit.record(tx, caller.actor, [{
      kind: "access.policy_changed",
      result: "succeeded",
      objectId: kind,
      fields: difference,
    }]);
  });
  deps.policies.forget();
  return await viewPolicy(deps, kind);
}

/** Only what differs, by its path: `{"password.lengthMin":10}`. */
function differenceOf(
  before: SecurityPolicy,
  after: SecurityPolicy,
): { readonly before: string; readonly after: string } {
  const [old, now] = [flat(before), flat(after)];
  const paths = [...now.keys()].filter((path) => old.get(path) !== now.get(path));
  const text = (from: ReadonlyMap<string, string>) =>
    `{${paths.map((path) => `${JSON.stringify(path)}:${from.get(path) ?? "null"}`).join(",")}}`;
  return { before: text(old), after: text(now) };
}

/** Path → JSON. */
function flat(value: object, prefix = ""): Map<string, string> {
  return new Map(
    Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
      const path = `${prefix}${name}`;
      const isTable = typeof inner === "object" && inner !== null && !Array.isArray(inner);
      return isTable ? [...flat(inner, `${path}.`)] : [[path, JSON.stringify(inner)] as const];
    }),
  );
}

function changedMeanwhile(): DomainError {
  return new DomainError(
    "access.policy_changed_meanwhile",
    "Cannot change the policy: somebody else changed it meanwhile",
  );
}
