import type { JSX } from "preact";
import type { RightsRequestView } from "../../../server/modules/access/rights/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { Tag } from "../../ui/Tag.tsx";

const TONE = { waiting: "wait", approved: "good", refused: "bad", withdrawn: "still" } as const;

export function RequestState(
  { state }: { readonly state: RightsRequestView["state"] },
): JSX.Element {
  return <Tag tone={TONE[state]}>{ZH.requests.state[state]}</Tag>;
}
