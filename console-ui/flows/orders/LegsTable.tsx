import type { JSX } from "preact";
import type { ConsoleOrder } from "../../../server/modules/checkout/console/contract.ts";
import { yuanText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { Name } from "../../ui/Name.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { PlainTable } from "../../ui/PlainTable.tsx";
import { Tag } from "../../ui/Tag.tsx";
import type { OrderLeg } from "./acts.ts";
import type { OrdersModelInstance } from "./model.ts";
import { kindText } from "./time_line.ts";

const WORDS = ZH.orders;
const LEG_STATES: Readonly<Record<string, string>> = WORDS.legState;

interface LegsTableProps {
  readonly flow: OrdersModelInstance;
  readonly order: ConsoleOrder;
}

/** Where each step stands, and what two persons may state of it. */
export function LegsTable({ flow, order }: LegsTableProps): JSX.Element {
  const maySettle = flow.may("order.work") &&
    order.legs.some(({ settlements }) => settlements.length > 0);
  return (
    <PlainTable
      title={WORDS.legs}
      columns={maySettle ? [...COLUMNS, settleColumn(flow)] : COLUMNS}
      rows={order.legs}
      rowKey={({ n }) => String(n)}
      none={WORDS.noLegs}
      testId="order-legs"
    />
  );
}

function settleColumn(flow: OrdersModelInstance): Column<OrderLeg> {
  return {
    title: WORDS.acts.columns.deed,
    cell: (leg) =>
      leg.settlements.length > 0 && (
        <Button
          size="sm"
          onClick={() => flow.acts.askSettle(leg)}
          data-testid={`settle-${leg.n}`}
        >
          {WORDS.acts.settle}
        </Button>
      ),
  };
}

const COLUMNS: readonly Column<OrderLeg>[] = [
  { title: WORDS.leg.kind, role: "head", cell: ({ kind }) => kindText(kind) },
  { title: WORDS.leg.state, cell: (leg) => <LegState leg={leg} /> },
  {
    title: WORDS.leg.mode,
    cell: ({ mode }) => mode === null ? "" : WORDS.mode[mode],
  },
  {
    title: WORDS.leg.amount,
    class: "amount",
    cell: ({ amountFen }) => amountFen === null ? "" : yuanText(amountFen),
  },
  { title: WORDS.leg.tries, class: "amount", cell: ({ tries }) => tries },
  { title: WORDS.leg.reference, cell: ({ reference }) => <Name>{reference ?? ""}</Name> },
];

function LegState({ leg: { state, stated } }: { readonly leg: OrderLeg }): JSX.Element {
  const text = LEG_STATES[state] ?? state;
  if (!stated) return <>{text}</>;
  const { answer } = stated;
  return (
    <>
      {text}{" "}
      <Tag tone={answer === "contradicted" ? "bad" : "still"}>
        {ZH.refunds.stated.byHand}：{ZH.refunds.stated.answer[answer]}
      </Tag>
    </>
  );
}
