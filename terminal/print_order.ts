import type { ReceiptPrinter } from "../ffi/contract.ts";
import type { TerminalSettings } from "../server/modules/settings/contract.ts";
import type { Clock } from "../server/platform/clock.ts";
import type { PrintReply, Slip } from "./contract.ts";
import type { Orders } from "./orders.ts";
import { NOTHING_TO_PRINT, ORDER_NOT_HERE, type Refusal } from "./problems.ts";
import { type OpenOrder, pendingSlip, returnedSlip } from "./slips/open_order_slips.ts";
import { printSlip } from "./slips/print_slip.ts";
import { receiptSlip } from "./slips/receipt_slip.ts";
import type { SlipOrigin, SlipPart } from "./slips/slip.ts";
import { slipOrigin } from "./slips/slip_origin.ts";

export interface PrintDeps {
  readonly orders: Orders;
  readonly printer: ReceiptPrinter;
  readonly settings: { readonly last: TerminalSettings | null };
  readonly clock: Clock;
}

/** Prints a slip of an order of this session, with what is known now; needs no line. */
export async function printOrder(
  deps: PrintDeps,
  { orderId, slip }: { readonly orderId: string; readonly slip: Slip },
): Promise<PrintReply | Refusal> {
  const order = deps.orders.findShown(orderId);
  if (!order) return ORDER_NOT_HERE;
  const receipt = order.view?.receipt ?? null;
  if (slip === "receipt") {
    return receipt ? await printSlip(deps.printer, receiptSlip(receipt)) : NOTHING_TO_PRINT;
  }
  const open: OpenOrder = {
    number: order.number,
    title: order.view?.title ?? null,
    at: deps.clock.now(),
  };
  return await printSlip(deps.printer, partsOf(slip, open, slipOrigin(deps.settings.last)));
}

function partsOf(slip: "pending" | "returned", order: OpenOrder, origin: SlipOrigin): SlipPart[] {
  return slip === "pending" ? pendingSlip(order, origin) : returnedSlip(order, origin);
}
