import type { JSX } from "preact";
import type { RefundState as State } from "../../../server/modules/refund/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { Tag } from "../../ui/Tag.tsx";

const TONES = {
  asked: "wait",
  rejected: "still",
  returning: "wait",
  needs_attention: "bad",
  refused: "bad",
  returned: "good",
} as const satisfies Readonly<Record<State, string>>;

export function RefundState({ state }: { readonly state: State }): JSX.Element {
  return <Tag tone={TONES[state]}>{ZH.refunds.state[state]}</Tag>;
}
