import type { JSX } from "preact";
import type { Bill } from "../../../server/modules/billing/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { AmountText } from "../../ui/AmountText.tsx";
import { pageOf, Pager, pagesOf } from "../../ui/Pager.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { type BillsFlow, LINES_PER_PAGE } from "./model.ts";

interface BillDetailProps {
  readonly flow: BillsFlow;
  readonly bill: Bill;
  readonly page: number;
}

/** The item lines, for the patient to check (R-BIL-01). */
export function BillDetail({ flow, bill, page }: BillDetailProps): JSX.Element {
  const words = ZH.bills.line;
  return (
    <Screen
      step="bills.detail"
      title={ZH.bills.detail(bill.title)}
      lead={`${bill.department} · ${bill.doctor}`}
      progress={1}
      actions={{
        back: { name: ZH.action.back, onPress: () => flow.close() },
        note: (
          <>
            {`${ZH.bills.sum} `}
            <AmountText fen={bill.amountFen} size="large" />
          </>
        ),
      }}
    >
      <div class="list-screen">
        <table class="lines">
          <thead>
            <tr>
              <th scope="col">{words.name}</th>
              <th scope="col">{words.quantity}</th>
              <th scope="col">{words.amount}</th>
            </tr>
          </thead>
          <tbody>
            {pageOf(bill.lines, page, LINES_PER_PAGE).map((line) => (
              <tr key={line.name}>
                <td>
                  {line.name}
                  {line.specification !== null && (
                    <span class="line-specification">{line.specification}</span>
                  )}
                </td>
                <td>{line.quantity}{line.unit}</td>
                <td>
                  <AmountText fen={line.amountFen} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <Pager
          page={page}
          pages={pagesOf(bill.lines, LINES_PER_PAGE)}
          onTurn={(next) => flow.turnTo(next)}
        />
      </div>
    </Screen>
  );
}
