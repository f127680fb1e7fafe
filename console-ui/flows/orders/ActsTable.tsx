import type { JSX } from "preact";
import type { ConsoleOrder } from "../../../server/modules/checkout/console/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { Name } from "../../ui/Name.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { PlainTable } from "../../ui/PlainTable.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { actText } from "./ActDialog.tsx";
import type { OrderAct } from "./acts.ts";
import type { OrdersModelInstance } from "./model.ts";

const WORDS = ZH.orders.acts;
const TONES = { asked: "wait", done: "good", rejected: "still" } as const;

interface ActsTableProps {
  readonly flow: OrdersModelInstance;
  readonly order: ConsoleOrder;
}

/** What was asked for by one, and what another made of it. */
export function ActsTable({ flow, order }: ActsTableProps): JSX.Element {
  return (
    <PlainTable
      title={WORDS.title}
      columns={columnsOf(flow, order)}
      rows={order.acts}
      rowKey={({ id }) => id}
      none={WORDS.none}
      testId="order-acts"
    />
  );
}

function columnsOf(flow: OrdersModelInstance, order: ConsoleOrder): readonly Column<OrderAct>[] {
  return [
    { title: WORDS.columns.what, role: "head", cell: (act) => actText(act, order.legs) },
    { title: WORDS.columns.by, cell: ({ askedBy }) => <Name>{askedBy}</Name> },
    { title: WORDS.columns.at, class: "moment", cell: ({ askedAt }) => momentText(askedAt) },
    {
      title: WORDS.columns.evidence,
      cell: ({ evidence }) => <Name>{evidence ?? WORDS.unreadable}</Name>,
    },
    {
      title: WORDS.columns.state,
      cell: ({ state }) => <Tag tone={TONES[state]}>{ZH.orders.actState[state]}</Tag>,
    },
    { title: WORDS.columns.deed, cell: (act) => <Decision flow={flow} act={act} /> },
  ];
}

interface DecisionProps {
  readonly flow: OrdersModelInstance;
  readonly act: OrderAct;
}

function Decision({ flow, act }: DecisionProps): JSX.Element | null {
  if (act.state !== "asked") return null;
  if (act.own) return <>{WORDS.own}</>;
  if (!flow.may("order.approve")) return null;
  return (
    <div class="row">
      {(["approve", "reject"] as const).map((verdict) => (
        <Button
          key={verdict}
          size="sm"
          onClick={() => flow.acts.askDecision(act, verdict)}
          data-testid={`act-${verdict}`}
        >
          {WORDS[verdict]}
        </Button>
      ))}
    </div>
  );
}
