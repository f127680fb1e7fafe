import type { JSX } from "preact";
import type { RefundPage } from "../../../server/modules/refund/console/contract.ts";
import { momentText, yuanText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Link } from "../../ui/Link.tsx";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Name } from "../../ui/Name.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { PlainTable } from "../../ui/PlainTable.tsx";
import type { Loaded } from "../loaded.ts";
import { askerText } from "../refunds/RefundScreen.tsx";
import { RefundState } from "../refunds/RefundState.tsx";

const WORDS = ZH.orders.refunds;
const { columns: COLUMN_WORDS, why: WHY } = ZH.refunds;

/** What was asked back of an order, and what became of it. */
export function OrderRefunds(
  { refunds }: { readonly refunds: Loaded<RefundPage> },
): JSX.Element {
  return (
    <LoadedBox of={refunds}>
      {(page) => (
        <PlainTable
          title={WORDS.title}
          columns={COLUMNS}
          rows={page.refunds}
          rowKey={({ id }) => id}
          none={WORDS.none}
          testId="order-refunds"
        />
      )}
    </LoadedBox>
  );
}

const COLUMNS: readonly Column<RefundPage["refunds"][number]>[] = [
  {
    title: COLUMN_WORDS.at,
    role: "head",
    class: "moment",
    cell: ({ id, askedAt }) => <Link to={{ section: "refunds", id }}>{momentText(askedAt)}</Link>,
  },
  {
    title: COLUMN_WORDS.value,
    class: "amount",
    cell: ({ valueFen }) => yuanText(valueFen),
  },
  { title: COLUMN_WORDS.why, cell: ({ why }) => WHY[why] },
  {
    title: COLUMN_WORDS.by,
    cell: ({ askedBy, askedByName }) => <Name>{askerText(askedBy, askedByName)}</Name>,
  },
  { title: COLUMN_WORDS.state, cell: ({ state }) => <RefundState state={state} /> },
];
