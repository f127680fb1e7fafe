import type { JSX } from "preact";
import type { RelativeConsent } from "../../../server/modules/insurance/relatives/console/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { AskDialog } from "../../ui/AskDialog.tsx";
import { Facts } from "../../ui/Facts.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import { PagedTable } from "../../ui/PagedTable.tsx";
import { SelectField } from "../../ui/SelectField.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { ReasonField } from "../persons/ReasonField.tsx";
import { consentColumns, relativeText } from "./consent_columns.tsx";
import type { RelativeConsentsModelInstance } from "./model.ts";

const WORDS = ZH.relativeConsents;
const ID_NUMBER_LENGTH_MIN = 4;
const ID_NUMBER_LENGTH_MAX = 64;

interface RelativeConsentsScreenProps {
  readonly flow: RelativeConsentsModelInstance;
}

export function RelativeConsentsScreen({ flow }: RelativeConsentsScreenProps): JSX.Element {
  const [idNumber, state, asked] = [flow.idNumber.value, flow.state.value, flow.asked.value];
  return (
    <Page title={WORDS.title} lead={WORDS.lead} testId="relative-consents">
      <FilterBar key={`${idNumber} ${state}`} onSearch={(fields) => flow.search(fields)}>
        <TextField
          name="idNumber"
          label={WORDS.filter.idNumber}
          hint={WORDS.filter.idNumberHint}
          value={idNumber}
          minLength={ID_NUMBER_LENGTH_MIN}
          maxLength={ID_NUMBER_LENGTH_MAX}
          autoComplete="off"
        />
        <SelectField
          name="state"
          label={WORDS.filter.state}
          value={state ?? ""}
          choices={[["", WORDS.filter.all], ...Object.entries(WORDS.state)]}
        />
      </FilterBar>
      <PagedTable
        list={flow.list}
        caption={WORDS.title}
        columns={consentColumns(flow)}
        rowKey={({ id }) => id}
        none={WORDS.none}
        testId="relative-consents-table"
      />
      {asked && <Withdrawing flow={flow} consent={asked} />}
    </Page>
  );
}

interface WithdrawingProps extends RelativeConsentsScreenProps {
  readonly consent: RelativeConsent;
}

function Withdrawing({ flow, consent }: WithdrawingProps): JSX.Element {
  return (
    <AskDialog
      title={WORDS.withdrawTitle}
      lead={WORDS.withdrawLead}
      send={WORDS.withdraw}
      sending={flow.sending}
      testId="withdraw-consent"
      danger
      onSend={({ reason = "" }) => void flow.withdraw(reason)}
      onClose={() => flow.close()}
    >
      <Facts
        facts={[
          [WORDS.columns.patient, <Name key="patient">{patientText(consent)}</Name>],
          [WORDS.columns.relative, <Name key="relative">{relativeText(consent)}</Name>],
          [WORDS.columns.until, momentText(consent.until)],
        ]}
      />
      <ReasonField label={WORDS.reason} />
    </AskDialog>
  );
}

function patientText({ maskedPatientName, maskedPatientIdNumber }: RelativeConsent): string {
  return `${maskedPatientName} ${maskedPatientIdNumber}`;
}
