import type { JSX } from "preact";
import type { ConsoleRefund } from "../../../server/modules/refund/console/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Name } from "../../ui/Name.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { PlainTable } from "../../ui/PlainTable.tsx";
import { Tag } from "../../ui/Tag.tsx";
import type { RefundAct } from "./refund_deeds.ts";

const WORDS = ZH.refunds.stated;
const TONES = { open: "wait", confirmed: "good", contradicted: "bad" } as const;

type Statement = ConsoleRefund["statements"][number] & { readonly act: RefundAct | undefined };

/** What two persons stated in place of a party that says nothing; nothing where none did. */
export function RefundStatements({ shown }: { readonly shown: ConsoleRefund }): JSX.Element | null {
  if (shown.statements.length === 0) return null;
  const rows = shown.statements.map((statement) => ({
    ...statement,
    act: shown.acts.find(({ id }) => id === statement.actId),
  }));
  return (
    <PlainTable
      title={WORDS.title}
      columns={COLUMNS}
      rows={rows}
      rowKey={({ part }) => part}
      none={WORDS.none}
      testId="refund-statements"
    />
  );
}

const COLUMNS: readonly Column<Statement>[] = [
  { title: WORDS.part, role: "head", cell: ({ part }) => WORDS.parts[part] },
  { title: WORDS.what, cell: ({ outcome }) => WORDS.outcome[outcome] },
  {
    title: WORDS.by,
    cell: ({ act }) => (
      <Name>{[act?.askedByName, act?.decidedByName].filter(Boolean).join("、")}</Name>
    ),
  },
  {
    title: WORDS.at,
    class: "moment",
    cell: ({ act }) => act?.decidedAt ? momentText(act.decidedAt) : "",
  },
  {
    title: WORDS.evidence,
    cell: ({ act }) => <Name>{act?.evidence ?? ZH.refunds.acts.unreadable}</Name>,
  },
  {
    title: WORDS.answerTitle,
    cell: ({ answer }) => <Tag tone={TONES[answer]}>{WORDS.answer[answer]}</Tag>,
  },
  {
    title: WORDS.nextAskAt,
    class: "moment",
    cell: ({ nextAskAt }) => nextAskAt === null ? WORDS.askedNoMore : momentText(nextAskAt),
  },
];
