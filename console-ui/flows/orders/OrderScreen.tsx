import type { JSX } from "preact";
import type { ConsoleOrder } from "../../../server/modules/checkout/console/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { type Fact, Facts } from "../../ui/Facts.tsx";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import { ActDialog } from "./ActDialog.tsx";
import { ActsTable } from "./ActsTable.tsx";
import { LegsTable } from "./LegsTable.tsx";
import { LineTable } from "./LineTable.tsx";
import type { OrdersModelInstance } from "./model.ts";
import { OrderRefunds } from "./OrderRefunds.tsx";
import { AlarmTag, amountText, OrderState, stopText } from "./OrderState.tsx";
import { PaymentsTable } from "./PaymentsTable.tsx";

const WORDS = ZH.orders;

interface OrderScreenProps {
  readonly flow: OrdersModelInstance;
}

/** Everything that is known of one order, but of its patient. */
export function OrderScreen({ flow }: OrderScreenProps): JSX.Element {
  return (
    <LoadedBox of={flow.detail}>
      {(order) => (
        <Page
          title={WORDS.detail(order.number)}
          testId="order"
          actions={<Deeds flow={flow} order={order} />}
        >
          <div class="stack">
            {order.changed && <p role="alert">{WORDS.changed}</p>}
            <section class="panel">
              <Facts facts={factsOf(flow, order)} />
            </section>
            <LegsTable flow={flow} order={order} />
            <PaymentsTable order={order} />
            {flow.may("refund.read") && order.kind !== "refund" && (
              <OrderRefunds refunds={flow.refunds} />
            )}
            <ActsTable flow={flow} order={order} />
            <LineTable order={order} />
          </div>
          <ActDialog acts={flow.acts} legs={order.legs} />
        </Page>
      )}
    </LoadedBox>
  );
}

interface ShownProps extends OrderScreenProps {
  readonly order: ConsoleOrder;
}

function Deeds({ flow, order }: ShownProps): JSX.Element {
  const mayWork = flow.may("order.work");
  return (
    <>
      {mayWork && order.nextAttemptAt !== null && (
        <Button onClick={() => void flow.askAgain()} data-testid="ask-again">
          {WORDS.askAgain}
        </Button>
      )}
      {mayWork && order.closable && (
        <Button onClick={() => flow.acts.askClose()} data-testid="ask-close">
          {WORDS.acts.askClose}
        </Button>
      )}
      {flow.may("refund.request") && order.state === "completed" && order.kind !== "refund" && (
        <Link
          to={{ section: "refunds", id: "new", query: { order: order.id } }}
          class="rs-btn rs-btn-default"
          testId="refund-order"
        >
          {WORDS.refund}
        </Link>
      )}
      {flow.may("audit.read") && (
        <Link
          to={{ section: "audit", query: { orderId: order.id } }}
          class="rs-btn rs-btn-default"
        >
          {WORDS.audit}
        </Link>
      )}
      <Link to={{ section: "orders" }} class="rs-btn rs-btn-default">{WORDS.back}</Link>
    </>
  );
}

function factsOf(flow: OrdersModelInstance, order: ConsoleOrder): Fact[] {
  const { fact, columns } = WORDS;
  const { alarm, stop, stopCode, totalFen, cashFen, nextAttemptAt, terminalId } = order;
  return [
    [columns.state, <OrderState key="state" state={order.state} />],
    ...(alarm ? [[columns.alarm, <AlarmTag key="alarm" alarm={alarm} />] satisfies Fact] : []),
    ...(stop ? [[columns.stop, withCode(stopText(stop), stopCode)] satisfies Fact] : []),
    [columns.kind, <Kind key="kind" flow={flow} order={order} />],
    [columns.institution, <Name key="institution">{order.institutionName}</Name>],
    ...(flow.may("terminal.read")
      ? [
        [
          fact.terminal,
          <Link key="terminal" to={{ section: "terminals", id: terminalId }}>
            {fact.openTerminal}
          </Link>,
        ] satisfies Fact,
      ]
      : []),
    ...(totalFen === null ? [] : [[fact.total, amountText(order, totalFen)] satisfies Fact]),
    ...(cashFen === null ? [] : [[columns.cash, amountText(order, cashFen)] satisfies Fact]),
    [columns.started, momentText(order.startedAt)],
    [fact.changed, momentText(order.changedAt)],
    [fact.next, nextAttemptAt === null ? fact.over : momentText(nextAttemptAt)],
    [fact.id, <span key="id" class="fingerprint">{order.id}</span>],
  ];
}

function withCode(text: string, code: string | null): string {
  return code === null ? text : WORDS.fact.withCode(text, code);
}

/** A refund's order leads to what was asked for, and from there to what was paid. */
function Kind({ flow, order }: ShownProps): JSX.Element {
  const text = WORDS.payable[order.kind];
  if (order.kind !== "refund" || !flow.may("refund.read")) return <>{text}</>;
  return (
    <>
      {text}{" "}
      <Link to={{ section: "refunds", id: order.id }} testId="to-refund">{WORDS.fact.refund}</Link>
    </>
  );
}
