import type { PolicyKind } from "./contract.ts";
import type { SecurityPolicies } from "./security_policies.ts";

const KINDS: readonly PolicyKind[] = ["person", "program"];

/** How long events are kept by the policies: the longest of them, an event may be of either. */
export async function policyRetentionDays(policies: SecurityPolicies): Promise<number> {
  const days = await Promise.all(
    KINDS.map(async (kind) => (await policies.get(kind)).retentionDays),
  );
  return Math.max(...days);
}
