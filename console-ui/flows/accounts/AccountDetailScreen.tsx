import type { JSX } from "preact";
import type { AccountView } from "../../../server/modules/access/accounts/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { type Fact, Facts } from "../../ui/Facts.tsx";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import { FailedBox, LoadingBox } from "../../ui/StateBox.tsx";
import type { Deed } from "./account_deeds.ts";
import { AccountGrants } from "./AccountGrants.tsx";
import { AccountState } from "./AccountState.tsx";
import type { AccountDetail, AccountsModelInstance } from "./model.ts";

const WORDS = ZH.accounts;
const WHY: Readonly<Record<string, string>> = WORDS.disabledWhy;

interface AccountDetailScreenProps {
  readonly flow: AccountsModelInstance;
  readonly detail: AccountDetail;
}

export function AccountDetailScreen({ flow, detail }: AccountDetailScreenProps): JSX.Element {
  const login = detail.kind === "shown" ? detail.account.login : "";
  return (
    <Page
      title={WORDS.detailTitle(login)}
      testId="account"
      actions={<Link to={{ section: "accounts" }} class="rs-btn rs-btn-subtle">{WORDS.back}</Link>}
    >
      {detail.kind === "loading" && <LoadingBox />}
      {detail.kind === "failed" && (
        <FailedBox
          refusal={detail.refusal}
          onAgain={() => void flow.again()}
        />
      )}
      {detail.kind === "shown" && <Shown flow={flow} account={detail.account} />}
    </Page>
  );
}

interface ShownProps {
  readonly flow: AccountsModelInstance;
  readonly account: AccountView;
}

function Shown({ flow, account }: ShownProps): JSX.Element {
  const deeds = deedsFor(account, flow.permissions.value);
  const mayChange = flow.permissions.value.has("account.change") && account.state !== "closed";
  return (
    <div class="stack">
      <section class="panel">
        <Facts facts={factsOf(account)} />
        {(mayChange || deeds.length > 0) && (
          <div class="panel-actions" role="group" aria-label={WORDS.more}>
            {mayChange && (
              <Button onClick={() => flow.deeds.openChange(account)} data-testid="change">
                {ZH.organisations.change}
              </Button>
            )}
            {deeds.map((deed) => (
              <Button
                key={deed}
                onClick={() => flow.deeds.openDeed(deed, account)}
                data-testid={`deed-${deed}`}
                {...(deed === "close" && { color: "red" as const, appearance: "ghost" as const })}
              >
                {WORDS.deed[deed].button}
              </Button>
            ))}
          </div>
        )}
      </section>
      {flow.permissions.value.has("rights.read") && <AccountGrants flow={flow} account={account} />}
    </div>
  );
}

/** What can be done with it, by somebody with these permissions. */
function deedsFor(account: AccountView, permissions: ReadonlySet<string>): readonly Deed[] {
  const { state, kind } = account;
  if (state === "closed") return [];
  const changes: readonly Deed[] = [
    state === "enabled" ? "disable" : "enable",
    ...(kind === "person" ? ["password" as const] : []),
    "close",
  ];
  return [
    ...(permissions.has("account.change") ? changes : []),
    ...(permissions.has("factor.reset") && kind === "person" ? ["factor" as const] : []),
  ];
}

function factsOf(account: AccountView): Fact[] {
  const { login, name, organisation, duty, kind, state, disabledWhy } = account;
  return [
    [WORDS.columns.login, login],
    [WORDS.columns.name, <Name key="name">{name}</Name>],
    [WORDS.columns.organisation, <Name key="organisation">{organisation.name}</Name>],
    [WORDS.field.kind, WORDS.kind[kind]],
    [WORDS.columns.duty, ZH.duty[duty]],
    [WORDS.columns.state, <AccountState key="state" account={account} />],
    ...(state === "disabled" && disabledWhy !== null
      ? [[WORDS.field.why, WHY[disabledWhy] ?? disabledWhy] satisfies Fact]
      : []),
    [WORDS.field.createdAt, momentText(account.createdAt)],
    [
      WORDS.field.expiresAt,
      account.expiresAt === null ? WORDS.forGood : momentText(account.expiresAt),
    ],
    [
      WORDS.columns.lastUsedAt,
      account.lastUsedAt === null ? WORDS.never : momentText(account.lastUsedAt),
    ],
  ];
}
