import type { ReceiptPrinter } from "../ffi/contract.ts";
import type { TerminalSettings } from "../server/modules/settings/contract.ts";
import type { Clock } from "../server/platform/clock.ts";
import type { PrintReply, Slip } from "./contract.ts";
import type { Journal } from "./journal.ts";
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
  readonly journal: Pick<Journal, "slips">;
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
    if (!receipt) return NOTHING_TO_PRINT;
    return await printKept(deps, { orderId, slip, parts: receiptSlip(receipt) });
  }
  const open: OpenOrder = {
    number: order.number,
    title: order.view?.title ?? null,
    at: deps.clock.now(),
  };
  const parts = partsOf(slip, open, slipOrigin(deps.settings.last));
  return await printKept(deps, { orderId, slip, parts });
}

async function printKept(
  { printer, journal }: PrintDeps,
  { orderId, slip, parts }: {
    readonly orderId: string;
    readonly slip: Slip;
    readonly parts: readonly SlipPart[];
  },
): Promise<PrintReply> {
  const reply = await printSlip(printer, parts);
  journal.slips.keep(orderId, slip, reply);
  return reply;
}

function partsOf(slip: "pending" | "returned", order: OpenOrder, origin: SlipOrigin): SlipPart[] {
  return slip === "pending" ? pendingSlip(order, origin) : returnedSlip(order, origin);
}
