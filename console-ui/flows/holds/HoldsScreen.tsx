import type { JSX } from "preact";
import type { HoldsReply } from "../../../server/modules/ledger/contract.ts";
import { ageText, momentText, yuanText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { type Fact, Facts } from "../../ui/Facts.tsx";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { TableFrame } from "../../ui/TableFrame.tsx";
import { Tag } from "../../ui/Tag.tsx";
import type { HoldsModelInstance } from "./model.ts";

type Hold = HoldsReply["holds"][number];

const WORDS = ZH.holds;
/** Longer than the platform needs by itself. */
const LONG_MS = 24 * 3_600_000;
const NONE = { title: WORDS.none, isEmpty: ({ holds }: HoldsReply) => holds.length === 0 };

interface HoldsScreenProps {
  readonly flow: HoldsModelInstance;
}

export function HoldsScreen({ flow }: HoldsScreenProps): JSX.Element {
  return (
    <Page
      title={WORDS.title}
      lead={WORDS.lead}
      testId="holds"
      actions={
        <Button onClick={() => void flow.holds.reload()} data-testid="refresh">
          {WORDS.refresh}
        </Button>
      }
    >
      <LoadedBox of={flow.holds} none={NONE}>
        {(reply) => <Listed reply={reply} now={flow.now()} />}
      </LoadedBox>
    </Page>
  );
}

interface ListedProps {
  readonly reply: HoldsReply;
  readonly now: number;
}

function Listed({ reply: { holds, more, ages }, now }: ListedProps): JSX.Element {
  const sum = holds.reduce((total, { amountFen }) => total + BigInt(amountFen), 0n);
  return (
    <section class="listing" data-testid="holds-table">
      <p class="listing-note">{WORDS.total(holds.length, yuanText(sum.toString()))}</p>
      <div class="listing-facts" role="group" aria-label={WORDS.ages}>
        <Facts facts={ages.map((band, at) => ageFact(band, ages[at + 1]?.overMs ?? null))} />
      </div>
      {more && <p class="listing-note">{WORDS.more}</p>}
      <TableFrame
        caption={WORDS.title}
        columns={columns(now)}
        rows={holds}
        rowKey={({ orderId, since }) => `${orderId} ${since}`}
      />
    </section>
  );
}

/** Of all, not just of those that are listed; up to where the next band begins. */
function ageFact(
  { overMs, holds, amountFen }: HoldsReply["ages"][number],
  upToMs: number | null,
): Fact {
  return [bandText(overMs, upToMs), WORDS.total(holds, yuanText(amountFen))];
}

function bandText(overMs: number, upToMs: number | null): string {
  if (upToMs === null) return WORDS.over(roundAge(overMs));
  return overMs === 0
    ? WORDS.under(roundAge(upToMs))
    : WORDS.between(roundAge(overMs), roundAge(upToMs));
}

/** `1 小时` for `1 小时 0 分钟`. */
function roundAge(ms: number): string {
  return ageText(ms).replace(/(?<=小时|天) 0 (?:分钟|小时)$/, "");
}

function columns(now: number): readonly Column<Hold>[] {
  return [
    {
      title: WORDS.columns.order,
      role: "head",
      cell: ({ orderId, orderNumber }) => (
        <Link to={{ section: "orders", id: orderId }}>{orderNumber ?? orderId}</Link>
      ),
    },
    {
      title: WORDS.columns.institution,
      cell: ({ institutionName }) => <Name>{institutionName}</Name>,
    },
    { title: WORDS.columns.amount, class: "amount", cell: ({ amountFen }) => yuanText(amountFen) },
    { title: WORDS.columns.whose, cell: whoseText },
    { title: WORDS.columns.since, class: "moment", cell: ({ since }) => momentText(since) },
    {
      title: WORDS.columns.age,
      class: "moment",
      cell: ({ since }) => {
        const ms = now - Date.parse(since);
        return ms < LONG_MS ? ageText(ms) : <Tag tone="bad">{ageText(ms)}</Tag>;
      },
    },
  ];
}

/** Only who paid is said to have: much that is held was settled by insurance alone. */
function whoseText({ isRefund, cashFen, insuranceFen }: Hold): string {
  if (isRefund) return WORDS.whose.refund;
  if (BigInt(cashFen) <= 0n) return WORDS.whose.insurance;
  return BigInt(insuranceFen) <= 0n
    ? WORDS.whose.cash
    : WORDS.whose.both(yuanText(cashFen), yuanText(insuranceFen));
}
