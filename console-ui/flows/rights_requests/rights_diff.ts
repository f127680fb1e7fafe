import type {
  RightsExplanation,
  RightsRequestView,
} from "../../../server/modules/access/rights/contract.ts";

/** What approving would do to one permission, at the node of the request. */
export interface RightsChange {
  readonly permission: string;
  readonly title: string;
  readonly change: "gain" | "has" | "lose" | "keeps";
}

/** Of every permission of the role: `held` is what the account can do there now, and by which grants. */
export function rightsDiff(
  { kind, grantId }: Pick<RightsRequestView, "kind" | "grantId">,
  rolePermissions: readonly string[],
  held: RightsExplanation["permissions"],
): readonly RightsChange[] {
  const of = new Set(rolePermissions);
  return held.filter(({ permission }) => of.has(permission)).map((each) => {
    const { permission, title } = each;
    const others = each.held && each.grantIds.some((id) => id !== grantId);
    if (kind === "grant") return { permission, title, change: each.held ? "has" : "gain" };
    return { permission, title, change: others ? "keeps" : "lose" };
  });
}
