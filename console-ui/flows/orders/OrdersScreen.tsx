import type { JSX } from "preact";
import type { ConsoleOrder } from "../../../server/modules/checkout/console/contract.ts";
import { momentText, yuanText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import { TableFrame } from "../../ui/TableFrame.tsx";
import { Tag } from "../../ui/Tag.tsx";
import type { OrderLine, OrdersModelInstance } from "./model.ts";
import { ActDialog } from "./ActDialog.tsx";
import { ActsTable } from "./ActsTable.tsx";
import { OrderFilters } from "./OrderFilters.tsx";
import { PaymentsTable } from "./PaymentsTable.tsx";
import { kindText, type LineEvent, timeLine } from "./time_line.ts";

const WORDS = ZH.orders;
const STOPS: Readonly<Record<string, string>> = WORDS.stop;
const LEG_STATES: Readonly<Record<string, string>> = WORDS.legState;

interface OrdersScreenProps {
  readonly flow: OrdersModelInstance;
}

export function OrdersScreen({ flow }: OrdersScreenProps): JSX.Element {
  return flow.shownId.value === null ? <List flow={flow} /> : <Detail flow={flow} />;
}

function List({ flow }: OrdersScreenProps): JSX.Element {
  return (
    <Page title={WORDS.title} lead={WORDS.lead} testId="orders">
      <OrderFilters flow={flow} />
      <PagedTable
        list={flow.list}
        caption={WORDS.title}
        columns={LIST_COLUMNS}
        rowKey={({ id }) => id}
        none={WORDS.none}
        testId="orders-table"
      />
    </Page>
  );
}

const LIST_COLUMNS: readonly Column<OrderLine>[] = [
  {
    title: WORDS.columns.number,
    role: "head",
    cell: ({ id, number }) => <Link to={{ section: "orders", id }}>{number}</Link>,
  },
  {
    title: WORDS.columns.institution,
    cell: ({ institutionName }) => <Name>{institutionName}</Name>,
  },
  { title: WORDS.columns.state, cell: ({ state }) => <State state={state} /> },
  {
    title: WORDS.columns.cash,
    class: "amount",
    cell: ({ cashFen }) => cashFen === null ? "" : yuanText(cashFen),
  },
  {
    title: WORDS.columns.started,
    class: "moment",
    cell: ({ startedAt }) => momentText(startedAt),
  },
  { title: WORDS.columns.stop, cell: ({ stop }) => stop === null ? "" : STOPS[stop] ?? stop },
];

function State({ state }: Pick<OrderLine, "state">): JSX.Element {
  const text = WORDS.state[state];
  return state === "needs_attention" ? <Tag tone="bad">{text}</Tag> : <>{text}</>;
}

function Detail({ flow }: OrdersScreenProps): JSX.Element {
  return (
    <LoadedBox of={flow.detail}>
      {(order) => (
        <Page
          title={WORDS.detail(order.number)}
          testId="order"
          actions={
            <>
              {flow.mayWork() && order.nextAttemptAt !== null && (
                <Button onClick={() => void flow.askAgain()} data-testid="ask-again">
                  {WORDS.askAgain}
                </Button>
              )}
              {flow.mayWork() && order.closable && (
                <Button onClick={() => flow.acts.askClose()} data-testid="ask-close">
                  {WORDS.acts.askClose}
                </Button>
              )}
              {flow.mayRefund() && order.state === "completed" && order.kind !== "refund" && (
                <Link
                  to={{ section: "refunds", id: "new", query: { order: order.id } }}
                  class="rs-btn rs-btn-default"
                  testId="refund-order"
                >
                  {WORDS.refund}
                </Link>
              )}
              {flow.mayAudit() && (
                <Link
                  to={{ section: "audit", query: { orderId: order.id } }}
                  class="rs-btn rs-btn-default"
                >
                  {WORDS.audit}
                </Link>
              )}
              <Link to={{ section: "orders" }} class="rs-btn rs-btn-default">{WORDS.back}</Link>
            </>
          }
        >
          {order.changed && <p role="alert">{WORDS.changed}</p>}
          <p class="listing-note">
            <State state={order.state} />
            {order.stop !== null && `（${STOPS[order.stop] ?? order.stop}）`}
          </p>
          <TableFrame
            caption={WORDS.legs}
            columns={legColumns(flow)}
            rows={order.legs}
            rowKey={({ n }) => String(n)}
          />
          <PaymentsTable order={order} />
          <ActsTable flow={flow} order={order} />
          <ActDialog acts={flow.acts} legs={order.legs} />
          <h2>{WORDS.line}</h2>
          <TableFrame
            caption={WORDS.line}
            columns={LINE_COLUMNS}
            rows={timeLine(order)}
            rowKey={({ key }) => key}
          />
        </Page>
      )}
    </LoadedBox>
  );
}

type Leg = ConsoleOrder["legs"][number];

function legColumns(flow: OrdersModelInstance): readonly Column<Leg>[] {
  return flow.mayWork() ? [...LEG_COLUMNS, settleColumn(flow)] : LEG_COLUMNS;
}

function settleColumn(flow: OrdersModelInstance): Column<Leg> {
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

const LEG_COLUMNS: readonly Column<Leg>[] = [
  { title: WORDS.leg.n, role: "head", cell: ({ n }) => n },
  { title: WORDS.leg.kind, cell: ({ kind }) => kindText(kind) },
  { title: WORDS.leg.state, cell: ({ state }) => LEG_STATES[state] ?? state },
  {
    title: WORDS.leg.amount,
    class: "amount",
    cell: ({ amountFen }) => amountFen === null ? "" : yuanText(amountFen),
  },
  { title: WORDS.leg.tries, class: "amount", cell: ({ tries }) => tries },
];

const LINE_COLUMNS: readonly Column<LineEvent>[] = [
  { title: WORDS.event.at, class: "moment", cell: ({ at }) => momentText(at) },
  { title: WORDS.event.what, role: "head", cell: ({ what }) => <Name>{what}</Name> },
  { title: WORDS.event.outcome, cell: ({ outcome }) => outcome },
  { title: WORDS.event.note, cell: ({ note }) => note },
];
