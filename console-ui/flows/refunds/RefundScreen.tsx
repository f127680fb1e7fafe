import type { JSX } from "preact";
import type { ConsoleRefund } from "../../../server/modules/refund/console/contract.ts";
import { momentText, yuanText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { type Fact, Facts } from "../../ui/Facts.tsx";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { PlainTable } from "../../ui/PlainTable.tsx";
import type { RefundsModelInstance } from "./model.ts";
import { RefundActs } from "./RefundActs.tsx";
import { RefundDialog } from "./RefundDialog.tsx";
import { actsFor } from "./refund_deeds.ts";
import { RefundStatements } from "./RefundStatements.tsx";
import { RefundState } from "./RefundState.tsx";

const WORDS = ZH.refunds;

interface RefundScreenProps {
  readonly flow: RefundsModelInstance;
}

/** One refund: who asked and why, what goes back where, what staff does about it. */
export function RefundScreen({ flow }: RefundScreenProps): JSX.Element {
  return (
    <LoadedBox of={flow.detail}>
      {(shown) => (
        <Page
          title={WORDS.detail}
          testId="refund"
          actions={<Deeds flow={flow} shown={shown} />}
        >
          <div class="stack">
            <section class="panel">
              <Facts facts={factsOf(shown)} />
            </section>
            <PlainTable
              title={WORDS.lines.title}
              columns={LINE_COLUMNS}
              rows={shown.refund.lines.map((line, at) => ({ ...line, at }))}
              rowKey={({ at }) => String(at)}
              none={WORDS.none}
              testId="refund-lines"
            />
            <PlainTable
              title={WORDS.parts.title}
              columns={PART_COLUMNS}
              rows={shown.refund.parts}
              rowKey={({ way }) => way}
              none={WORDS.parts.none}
              testId="refund-parts"
            />
            <RefundStatements shown={shown} />
            <RefundActs flow={flow} shown={shown} />
          </div>
          <RefundDialog deeds={flow.deeds} />
        </Page>
      )}
    </LoadedBox>
  );
}

interface ShownProps extends RefundScreenProps {
  readonly shown: ConsoleRefund;
}

function Deeds({ flow, shown }: ShownProps): JSX.Element {
  const { refund, accountId } = shown;
  const isOwn = flow.isOwn(accountId);
  const isWaiting = refund.state === "asked";
  return (
    <>
      {isWaiting && !isOwn && flow.may("refund.approve") && (
        <>
          <Button
            onClick={() => flow.deeds.open({ kind: "decide", verdict: "rejected" })}
            data-testid="reject"
          >
            {WORDS.reject}
          </Button>
          <Button
            appearance="primary"
            onClick={() => flow.deeds.open({ kind: "decide", verdict: "approved" })}
            data-testid="approve"
          >
            {WORDS.approve}
          </Button>
        </>
      )}
      {isWaiting && isOwn && flow.may("refund.request") && (
        <Button onClick={() => flow.deeds.open({ kind: "withdraw" })} data-testid="withdraw">
          {WORDS.withdraw}
        </Button>
      )}
      {flow.may("refund.request") && actsFor(shown).map((act) => (
        <Button
          key={act}
          onClick={() => flow.deeds.askAct(act)}
          data-testid={`ask-${act}`}
        >
          {WORDS.act[act]}
        </Button>
      ))}
      <Link to={{ section: "refunds" }} class="rs-btn rs-btn-default">{WORDS.back}</Link>
    </>
  );
}

function factsOf(shown: ConsoleRefund): Fact[] {
  const { refund } = shown;
  return [
    [WORDS.columns.state, <RefundState key="state" state={refund.state} />],
    [
      WORDS.fact.order,
      <Link key="order" to={{ section: "orders", id: refund.orderId }}>{refund.orderNumber}</Link>,
    ],
    [WORDS.fact.title, <Name key="title">{refund.title}</Name>],
    [WORDS.columns.value, yuanText(refund.valueFen)],
    [WORDS.columns.by, <Name key="by">{askerText(refund.askedBy, shown.askedByName)}</Name>],
    [WORDS.columns.at, momentText(refund.askedAt)],
    [WORDS.columns.why, WORDS.why[refund.why]],
    ...named(WORDS.fact.note, shown.note),
    ...named(WORDS.fact.decidedBy, shown.decidedByName),
    ...named(WORDS.fact.decidedAt, shown.decidedAt && momentText(shown.decidedAt)),
    ...named(WORDS.fact.decision, shown.decisionNote),
    ...named(WORDS.fact.endedAt, refund.endedAt && momentText(refund.endedAt)),
    ...named(WORDS.fact.reason, refund.reason),
    ...(refund.keptFen === "0" ? [] : [[WORDS.fact.kept, yuanText(refund.keptFen)] satisfies Fact]),
    ...(refund.gaveEverything ? named(WORDS.parts.title, WORDS.fact.gaveEverything) : []),
    ...(refund.number === null ? [] : [
      [
        WORDS.fact.line,
        <Link key="line" to={{ section: "orders", id: refund.id }} testId="to-line">
          {WORDS.order(refund.number)}
        </Link>,
      ] satisfies Fact,
    ]),
  ];
}

/** A patient is not named here. */
export function askerText(askedBy: "patient" | "staff", name: string | null): string {
  return name ?? WORDS.by[askedBy];
}

/** Left out where there is none. */
function named(term: string, text: string | null): Fact[] {
  return text === null || text === "" ? [] : [[term, <Name key={term}>{text}</Name>]];
}

type Line = ConsoleRefund["refund"]["lines"][number] & { readonly at: number };
type Part = ConsoleRefund["refund"]["parts"][number];

const LINE_COLUMNS: readonly Column<Line>[] = [
  { title: WORDS.lines.name, role: "head", cell: ({ name }) => <Name>{name}</Name> },
  { title: WORDS.lines.quantity, class: "amount", cell: ({ quantity }) => quantity },
  { title: WORDS.lines.amount, class: "amount", cell: ({ amountFen }) => yuanText(amountFen) },
];

const PART_COLUMNS: readonly Column<Part>[] = [
  {
    title: WORDS.parts.way,
    role: "head",
    cell: ({ way, to }) => to === null ? WORDS.way[way] : `${WORDS.way[way]}，${to}`,
  },
  { title: WORDS.parts.amount, class: "amount", cell: ({ amountFen }) => yuanText(amountFen) },
  { title: WORDS.parts.state, cell: ({ state }) => WORDS.partState[state] },
  { title: WORDS.parts.reference, cell: ({ reference }) => reference ?? "" },
];
