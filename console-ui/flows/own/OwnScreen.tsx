import type { JSX } from "preact";
import type { SessionInfo } from "../../../server/modules/access/sign_in/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { type Fact, Facts } from "../../ui/Facts.tsx";
import { Button } from "../../ui/library.ts";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { PlainTable } from "../../ui/PlainTable.tsx";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { FactorPanel } from "./FactorPanel.tsx";
import type { OwnModelInstance } from "./model.ts";
import { OwnCertificates } from "./OwnCertificates.tsx";
import { OwnDialogBox } from "./OwnDialogBox.tsx";
import { OwnSessions } from "./OwnSessions.tsx";
import { OwnSignOn } from "./OwnSignOn.tsx";

const WORDS = ZH.own;

type Right = SessionInfo["permissions"][number];

const RIGHT_COLUMNS: readonly Column<Right>[] = [
  { title: WORDS.rights.columns.title, role: "head", cell: ({ title }) => title },
  {
    title: WORDS.rights.columns.permission,
    cell: ({ permission }) => <span class="fingerprint">{permission}</span>,
  },
];

export function OwnScreen({ flow }: { readonly flow: OwnModelInstance }): JSX.Element {
  const session = flow.session.value;
  const dialog = flow.dialog.value;
  return (
    <Page title={WORDS.title} testId="own">
      {!dialog && <RefusalNote refusal={flow.sending.refusal.value} />}
      <div class="stack">
        <div class="panels">
          <section class="panel" aria-labelledby="own-about">
            <h2 class="panel-title" id="own-about">{WORDS.about}</h2>
            <Facts facts={factsOf(session)} />
            <div class="panel-actions">
              <Button onClick={() => void flow.deeds.openPassword()} data-testid="change-password">
                {WORDS.password.button}
              </Button>
            </div>
          </section>
          <FactorPanel flow={flow} />
        </div>
        <OwnSessions flow={flow} />
        <OwnCertificates flow={flow} />
        <OwnSignOn flow={flow} />
        <PlainTable
          title={WORDS.rights.title}
          columns={RIGHT_COLUMNS}
          rows={session.permissions}
          rowKey={({ permission }) => permission}
          none={WORDS.rights.none}
          testId="rights-table"
        />
      </div>
      {dialog && <OwnDialogBox flow={flow} dialog={dialog} />}
    </Page>
  );
}

function factsOf(session: SessionInfo): Fact[] {
  const { login, name, duty, organisationName, signedInAt, factors, passwordExpiresAt } = session;
  return [
    [WORDS.login, login],
    [WORDS.name, <Name key="name">{name}</Name>],
    [WORDS.duty, ZH.duty[duty]],
    [WORDS.organisation, <Name key="organisation">{organisationName}</Name>],
    [WORDS.signedInAt, momentText(signedInAt)],
    [WORDS.factors, factors.map((factor) => ZH.home.factor[factor]).join("、")],
    [
      WORDS.passwordExpiresAt,
      passwordExpiresAt === null ? WORDS.never : momentText(passwordExpiresAt),
    ],
  ];
}
