import type { JSX } from "preact";
import type { Refundable } from "../../../server/modules/refund/contract.ts";
import { momentText, yuanText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { REASONS } from "../../i18n/zh/refunds.ts";
import { CheckList } from "../../ui/CheckList.tsx";
import { Facts } from "../../ui/Facts.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { sentFields } from "../../ui/form_data.ts";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { SelectField } from "../../ui/SelectField.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { DischargeDesk } from "./DischargeDesk.tsx";
import type { FoundOrder, NewRefundFlow } from "./new_refund.ts";

const WORDS = ZH.refunds.fresh;
const BARS = ZH.refunds.bar;
const NOTE_LENGTH_MAX = 200;
const NUMBER_LENGTH_MAX = 40;

interface NewRefundScreenProps {
  readonly flow: NewRefundFlow;
}

export function NewRefundScreen({ flow }: NewRefundScreenProps): JSX.Element {
  return (
    <Page
      title={WORDS.title}
      lead={flow.orderId.value === null ? WORDS.lead : WORDS.chosenLead}
      testId="new-refund-page"
      actions={
        <Link to={{ section: "refunds" }} class="rs-btn rs-btn-default">{ZH.refunds.back}</Link>
      }
    >
      {flow.orderId.value === null ? <Finding flow={flow} /> : (
        <LoadedBox of={flow.refundable}>
          {(refundable) => (
            <section class="panel panel-narrow">
              {refundable.kind === "deposit"
                ? <DischargeDesk flow={flow.discharge} />
                : <Asking flow={flow} refundable={refundable} />}
            </section>
          )}
        </LoadedBox>
      )}
    </Page>
  );
}

function Finding({ flow }: NewRefundScreenProps): JSX.Element {
  const number = flow.number.value;
  return (
    <>
      <FilterBar key={number} onSearch={(fields) => flow.find(fields["number"] ?? "")}>
        <TextField
          name="number"
          label={WORDS.number}
          value={number}
          maxLength={NUMBER_LENGTH_MAX}
          required
        />
      </FilterBar>
      {number !== "" && (
        <PagedTable
          list={flow.found}
          caption={WORDS.find}
          columns={FOUND_COLUMNS}
          rowKey={({ id }) => id}
          none={WORDS.none}
          testId="found-orders"
        />
      )}
    </>
  );
}

const FOUND_COLUMNS: readonly Column<FoundOrder>[] = [
  {
    title: ZH.orders.columns.number,
    role: "head",
    cell: ({ id, number }) => (
      <Link to={{ section: "refunds", id: "new", query: { order: id } }} testId="choose-order">
        {number}
      </Link>
    ),
  },
  {
    title: ZH.orders.columns.institution,
    cell: ({ institutionName }) => <Name>{institutionName}</Name>,
  },
  { title: ZH.orders.columns.state, cell: ({ state }) => ZH.orders.state[state] },
  {
    title: ZH.orders.columns.started,
    class: "moment",
    cell: ({ startedAt }) => momentText(startedAt),
  },
];

interface AskingProps extends NewRefundScreenProps {
  readonly refundable: Refundable;
}

function Asking({ flow, refundable }: AskingProps): JSX.Element {
  return (
    <>
      <Facts
        facts={[
          [ZH.refunds.fact.order, refundable.orderNumber],
          [ZH.refunds.fact.title, <Name key="title">{refundable.title}</Name>],
          [WORDS.value, yuanText(refundable.valueFen)],
          [WORDS.cash, yuanText(refundable.cashFen)],
          [WORDS.insurance, yuanText(refundable.insuranceFen)],
        ]}
      />
      {refundable.bars.length > 0
        ? (
          <p role="alert" data-testid="refund-bars">
            {WORDS.bars + refundable.bars.map((bar) => BARS[bar]).join("；")}
          </p>
        )
        : <AskingForm flow={flow} refundable={refundable} />}
    </>
  );
}

function AskingForm({ flow, refundable }: AskingProps): JSX.Element {
  const { wholeOnly, needsApproval } = refundable;
  const { sending } = flow;
  return (
    <form
      class="form"
      autoComplete="off"
      onSubmit={(event) => void flow.send(sentFields(event))}
    >
      {needsApproval && <p data-testid="needs-approval">{WORDS.needsApproval}</p>}
      <RefusalNote refusal={sending.refusal.value} />
      {!wholeOnly && (
        <SelectField
          name="how"
          label={WORDS.how}
          value={flow.isPart.value ? "part" : "whole"}
          choices={[["whole", WORDS.whole], ["part", WORDS.part]]}
          onChange={(how) => flow.choosePart(how === "part")}
        />
      )}
      {flow.isPart.value && (
        <CheckList
          name="lines"
          label={WORDS.lines}
          choices={choicesOf(refundable)}
          ticked={NOTHING}
        />
      )}
      <SelectField
        name="why"
        label={WORDS.why}
        choices={REASONS.map((why) => [why, ZH.refunds.why[why]] as const)}
      />
      <TextField name="note" label={ZH.refunds.noteField} maxLength={NOTE_LENGTH_MAX} />
      <div class="dialog-actions">
        <Button
          type="submit"
          appearance="primary"
          loading={sending.busy.value}
          data-testid="form-send"
        >
          {WORDS.send}
        </Button>
      </div>
    </form>
  );
}

const NOTHING: ReadonlySet<string> = new Set();

/** Lines that were handed out or given back already cannot be chosen. */
function choicesOf({ lines }: Refundable): readonly (readonly [string, string])[] {
  return lines.filter(({ state }) => state === "open").map(({ place, name, quantity, amountFen }) =>
    [String(place), `${name} × ${quantity}，${yuanText(amountFen)} 元`] as const
  );
}
