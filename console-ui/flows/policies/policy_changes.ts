import type { SecurityPolicy } from "../../../server/modules/access/policy/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { type FieldName, NUMBERS, valuesOf } from "./policy_form.ts";

export interface PolicyChange {
  readonly name: FieldName;
  readonly before: string;
  readonly after: string;
}

/** What differs, in the order of the form. */
export function changesOf(before: SecurityPolicy, after: SecurityPolicy): readonly PolicyChange[] {
  const [old, now] = [textsOf(before), textsOf(after)];
  return now
    .map(([name, text], place) => ({ name, before: old[place]?.[1] ?? "", after: text }))
    .filter((change) => change.before !== change.after);
}

function textsOf(policy: SecurityPolicy): readonly (readonly [FieldName, string])[] {
  const values = valuesOf(policy);
  const { password, session, secondFactor } = policy;
  return [
    ...Object.values(NUMBERS).flat().map(({ name }) => [name, String(values[name])] as const),
    ["password.ownWords", password.ownWords.join("、") || ZH.policies.ownWords(0)],
    ["session.endOnRightsChange", session.endOnRightsChange ? ZH.policies.yes : ZH.policies.no],
    ["secondFactor.requiredFor", dutiesText(secondFactor.requiredFor)],
  ];
}

export function dutiesText(duties: SecurityPolicy["secondFactor"]["requiredFor"]): string {
  return Object.keys(ZH.duty).flatMap((name) => {
    const duty = duties.find((each) => each === name);
    return duty ? [ZH.duty[duty]] : [];
  }).join("、");
}
