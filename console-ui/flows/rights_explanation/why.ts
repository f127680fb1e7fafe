import type { RightsExplanation } from "../../../server/modules/access/rights/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";

const WORDS = ZH.explanation;

type Answered = RightsExplanation["permissions"][number];
type Grant = RightsExplanation["grants"][number];

/** In a sentence or more, why one permission is held here or is not. */
export function whyText(answered: Answered, explanation: RightsExplanation): readonly string[] {
  const grants = answered.grantIds.flatMap((id) =>
    explanation.grants.filter((grant) => grant.id === id)
  );
  if (answered.held) return grants.map(heldText);
  switch (answered.whyNot) {
    case null:
    case "not_granted":
      return [WORDS.whyNot.not_granted];
    case "duty":
      return [WORDS.whyNot.duty(ZH.duty[explanation.account.duty])];
    case "account":
      return [WORDS.whyNot.account];
    default:
      return grants.map(troubleText);
  }
}

function heldText({ role, organisation, approvedBy, approvedAt }: Grant): string {
  const by = approvedBy?.login ?? WORDS.shell;
  return WORDS.held(role.name, organisation.name, by, momentText(approvedAt));
}

function troubleText({ trouble, role, organisation }: Grant): string {
  if (trouble === null) return WORDS.whyNot.account;
  return WORDS.whyNot[trouble](role.name, organisation.name);
}
