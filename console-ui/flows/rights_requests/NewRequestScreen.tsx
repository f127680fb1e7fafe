import type { JSX } from "preact";
import type { GrantView } from "../../../server/modules/access/rights/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Facts } from "../../ui/Facts.tsx";
import { sentFields } from "../../ui/form_data.ts";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { SelectField } from "../../ui/SelectField.tsx";
import { FailedBox, LoadingBox, NothingBox } from "../../ui/StateBox.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { AccountField } from "../account_picker/AccountField.tsx";
import { OrganisationField } from "../organisation_tree/OrganisationField.tsx";
import type { NewRequestFlow, NewRequestStep } from "./new_request.ts";

const WORDS = ZH.requests;
const REASON_LENGTH_MAX = 200;

export function NewRequestScreen({ flow }: { readonly flow: NewRequestFlow }): JSX.Element {
  const step = flow.step.value;
  const back = (
    <Link to={{ section: "rights-requests" }} class="rs-btn rs-btn-subtle">{WORDS.back}</Link>
  );
  return (
    <Page
      title={step.kind === "end" ? WORDS.endTitle : WORDS.newTitle}
      lead={WORDS.newLead}
      testId="new-request"
      actions={back}
    >
      {step.kind === "loading" && <LoadingBox />}
      {step.kind === "failed" && (
        <FailedBox
          refusal={step.refusal}
          onAgain={() => void flow.again()}
        />
      )}
      {step.kind === "grant" && <GrantForm flow={flow} step={step} />}
      {step.kind === "end" && step.grant && <EndForm flow={flow} grant={step.grant} />}
      {step.kind === "end" && !step.grant && <NothingBox title={WORDS.noGrant} testId="no-grant" />}
    </Page>
  );
}

function GrantForm(
  { flow, step }: {
    readonly flow: NewRequestFlow;
    readonly step: Extract<NewRequestStep, { kind: "grant" }>;
  },
): JSX.Element {
  const account = flow.accounts.chosen.value;
  const roles = step.roles.filter(({ duty }) => duty === account?.duty);
  return (
    <form class="form panel narrow" onSubmit={(event) => void flow.send(sentFields(event))}>
      <RefusalNote refusal={flow.sending.refusal.value} />
      <AccountField picker={flow.accounts} label={WORDS.field.account} />
      <SelectField
        key={account?.duty}
        name="roleId"
        label={WORDS.field.role}
        choices={account === null
          ? [["", WORDS.accountFirst]]
          : [["", WORDS.chooseRole], ...roles.map(({ id, name }) => [id, name] as const)]}
      />
      <OrganisationField picker={flow.organisations} label={WORDS.field.organisation} />
      <TextField
        name="expiresAt"
        label={WORDS.field.expiresAt}
        type="date"
        hint={WORDS.expiryHint}
      />
      <Reason />
      <Send flow={flow} />
    </form>
  );
}

function EndForm(
  { flow, grant }: { readonly flow: NewRequestFlow; readonly grant: GrantView },
): JSX.Element {
  return (
    <form class="form panel narrow" onSubmit={(event) => void flow.send(sentFields(event))}>
      <Facts
        facts={[
          [WORDS.columns.account, grant.account.login],
          [WORDS.field.role, <Name key="role">{grant.role.name}</Name>],
          [WORDS.columns.organisation, <Name key="at">{grant.organisation.name}</Name>],
          [
            WORDS.field.expiresAt,
            grant.expiresAt === null ? ZH.accounts.forGood : momentText(grant.expiresAt),
          ],
        ]}
      />
      <RefusalNote refusal={flow.sending.refusal.value} />
      <Reason />
      <Send flow={flow} />
    </form>
  );
}

function Reason(): JSX.Element {
  return (
    <TextField
      name="reason"
      label={WORDS.field.reason}
      hint={WORDS.field.reasonHint}
      maxLength={REASON_LENGTH_MAX}
      required
    />
  );
}

function Send({ flow }: { readonly flow: NewRequestFlow }): JSX.Element {
  return (
    <div>
      <Button
        type="submit"
        appearance="primary"
        loading={flow.sending.busy.value}
        data-testid="form-send"
      >
        {WORDS.send}
      </Button>
    </div>
  );
}
