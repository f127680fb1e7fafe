import type { JSX } from "preact";
import type { AccountView } from "../../../server/modules/access/accounts/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { Tag } from "../../ui/Tag.tsx";

const TONE = { enabled: "good", disabled: "wait", closed: "still" } as const;

export function AccountState({ account }: { readonly account: AccountView }): JSX.Element {
  return <Tag tone={TONE[account.state]}>{ZH.accounts.state[account.state]}</Tag>;
}
