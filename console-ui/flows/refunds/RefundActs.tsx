import type { JSX } from "preact";
import type { ConsoleRefund } from "../../../server/modules/refund/console/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { Name } from "../../ui/Name.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { PlainTable } from "../../ui/PlainTable.tsx";
import { Tag } from "../../ui/Tag.tsx";
import type { RefundsModelInstance } from "./model.ts";
import type { RefundAct } from "./refund_deeds.ts";

const WORDS = ZH.refunds;
const TONES = { asked: "wait", done: "good", rejected: "still" } as const;
const DECISIONS = [["done", WORDS.approve], ["rejected", WORDS.reject]] as const;

interface RefundActsProps {
  readonly flow: RefundsModelInstance;
  readonly shown: ConsoleRefund;
}

/** What was asked for by one, and what another made of it. */
export function RefundActs({ flow, shown }: RefundActsProps): JSX.Element {
  return (
    <PlainTable
      title={WORDS.acts.title}
      columns={columnsOf(flow)}
      rows={shown.acts}
      rowKey={({ id }) => id}
      none={WORDS.acts.none}
      testId="refund-acts"
    />
  );
}

function columnsOf(flow: RefundsModelInstance): readonly Column<RefundAct>[] {
  const { columns, unreadable, deed } = WORDS.acts;
  return [
    { title: columns.what, role: "head", cell: ({ kind }) => WORDS.act[kind] },
    {
      title: columns.by,
      cell: ({ askedBy, askedByName }) => (
        <Name>{flow.isOwn(askedBy) ? WORDS.fact.mine : askedByName ?? WORDS.fact.another}</Name>
      ),
    },
    { title: columns.at, class: "moment", cell: ({ askedAt }) => momentText(askedAt) },
    { title: columns.evidence, cell: ({ evidence }) => <Name>{evidence ?? unreadable}</Name> },
    {
      title: columns.state,
      cell: ({ state }) => <Tag tone={TONES[state]}>{WORDS.actState[state]}</Tag>,
    },
    { title: columns.decided, cell: (act) => <Decided act={act} /> },
    { title: deed, cell: (act) => <Decision flow={flow} act={act} /> },
  ];
}

/** By whom and when. */
function Decided({ act }: { readonly act: RefundAct }): JSX.Element | null {
  const { decidedByName, decidedAt } = act;
  if (decidedAt === null) return null;
  return (
    <>
      {decidedByName !== null && <Name>{decidedByName}</Name>} {momentText(decidedAt)}
    </>
  );
}

interface DecisionProps {
  readonly flow: RefundsModelInstance;
  readonly act: RefundAct;
}

function Decision({ flow, act }: DecisionProps): JSX.Element | null {
  if (act.state !== "asked") return null;
  if (flow.isOwn(act.askedBy)) return <>{WORDS.fact.own}</>;
  if (!flow.may("refund.approve")) return null;
  return (
    <div class="row">
      {DECISIONS.map(([verdict, text]) => (
        <Button
          key={verdict}
          size="sm"
          onClick={() => flow.deeds.open({ kind: "decide_act", act, verdict })}
          data-testid={`act-${verdict}`}
        >
          {text}
        </Button>
      ))}
    </div>
  );
}
