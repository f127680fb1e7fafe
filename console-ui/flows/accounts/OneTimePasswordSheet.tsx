import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { AccountView } from "../../../server/modules/access/accounts/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { Name } from "../../ui/Name.tsx";

const WORDS = ZH.accounts.oneTime;

interface OneTimePasswordSheetProps {
  readonly account: AccountView;
  readonly oneTimePassword: string;
  readonly expiresAt: string | null;
  readonly onDone: () => void;
}

/** Shown this once: nothing keeps it, neither here nor on the platform. */
export function OneTimePasswordSheet(props: OneTimePasswordSheetProps): JSX.Element {
  const { account, oneTimePassword, expiresAt, onDone } = props;
  const [isCopied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(oneTimePassword);
    setCopied(true);
  }
  return (
    <div class="form printed">
      <p>{WORDS.lead}</p>
      <dl class="facts">
        <dt>{WORDS.login}</dt>
        <dd>
          {account.login}（<Name>{account.name}</Name>）
        </dd>
        <dt>{WORDS.password}</dt>
        <dd class="secret" data-testid="one-time-password-text">{oneTimePassword}</dd>
        {expiresAt !== null && <dt>{ZH.accounts.field.passwordUntil}</dt>}
        {expiresAt !== null && <dd>{momentText(expiresAt)}</dd>}
      </dl>
      {account.state === "disabled" && <p>{WORDS.disabled}</p>}
      <p class="field-hint unprinted">{WORDS.lost}</p>
      <div class="dialog-actions unprinted">
        <span class="soft" role="status">{isCopied && WORDS.copied}</span>
        <Button onClick={() => void copy()} data-testid="copy">{ZH.action.copy}</Button>
        <Button onClick={() => print()} data-testid="print">{ZH.action.print}</Button>
        <Button appearance="primary" onClick={onDone} data-testid="handed-over">
          {WORDS.done}
        </Button>
      </div>
    </div>
  );
}
