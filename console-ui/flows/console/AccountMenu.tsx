import type { JSX } from "preact";
import type { SessionInfo } from "../../../server/modules/access/sign_in/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";

interface AccountMenuProps {
  readonly session: SessionInfo;
  readonly onSignOut: () => void;
}

/** Who is signed in, where they belong, and the way out. */
export function AccountMenu({ session, onSignOut }: AccountMenuProps): JSX.Element {
  const { name, login, duty, organisationName } = session;
  return (
    <div class="account">
      <div class="account-text">
        <span class="account-name">{name}</span>
        <span class="account-detail">{`${login} · ${ZH.duty[duty]} · ${organisationName}`}</span>
      </div>
      <Button appearance="ghost" onClick={onSignOut} data-testid="sign-out">
        {ZH.action.signOut}
      </Button>
    </div>
  );
}
