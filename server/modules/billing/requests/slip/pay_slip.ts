import { DomainError } from "../../../../platform/errors.ts";
import { isId } from "../../../../platform/ids.ts";
import type { Actor } from "../../../audit/actor.ts";
import { chooseTender, confirmOrder, type OrderOf } from "../../../checkout/act_on_order.ts";
import type { OrderView } from "../../../checkout/contract.ts";
import { readOrder } from "../../../checkout/read_order.ts";
import { openContent } from "../request_row.ts";
import { beginOrder } from "./begin_order.ts";
import { askOffer } from "./offer.ts";
import { findSlip, isRecalled, readBegun, whyShut } from "./open_slip.ts";
import type { SlipDeps } from "./slip_deps.ts";

/** What a phone sends: its choice, and what it was shown. */
export interface SlipForm {
  /** Of the choice's button: the same page sent twice is one choice. */
  readonly id: string;
  readonly way: string;
  /** What the page showed, in fen: agreed to if HIS still says so, never taken for the amount. */
  readonly shownFen: string;
}

/** `in_payment`: another order, at a terminal or another phone, is paying one of the bills. */
export type Paying = "shown" | "in_payment";

/** What can no longer be done is no error here: the page shows where things stand. */
export async function paySlip(
  deps: SlipDeps,
  token: string,
  { form, actor }: { readonly form: SlipForm; readonly actor: Actor },
): Promise<Paying> {
  if (form.way !== "show_code" || !isId(form.id)) return "shown";
  try {
    const order = await orderOf(deps, token, actor);
    if (order) await goOn(deps, order, { form, actor });
    return "shown";
  } catch (thrown) {
    if (!(thrown instanceof DomainError)) throw thrown;
    return thrown.code === "checkout.bill_in_payment" ? "in_payment" : "shown";
  }
}

interface SlipOrder {
  readonly view: OrderView;
  readonly institutionId: string;
}

/** The slip's order: the one on its way, or a new one. */
async function orderOf(deps: SlipDeps, token: string, actor: Actor): Promise<SlipOrder | null> {
  const request = await findSlip(deps, token);
  if (!request) return null;
  const institutionId = request.institution_id;
  const begun = await readBegun(deps, request);
  if (begun && isRecalled(request, begun)) return null;
  if (begun && begun.state !== "unwound") return { view: begun, institutionId };
  const site = await deps.siteOf(institutionId);
  if (whyShut(request, site, deps.clock.now()) || !await deps.mayAsk(request.id)) return null;
  const offer = await askOffer(deps, site.institution.code, await openContent(deps, request));
  if (offer.kind !== "due") return null;
  const id = await beginOrder(deps, { request, isOver: begun !== null, offer, actor });
  if (id === null) return null;
  return { view: await readOrder(deps.checkout, id, institutionId), institutionId };
}

async function goOn(
  { checkout }: SlipDeps,
  { view, institutionId }: SlipOrder,
  { form, actor }: { readonly form: SlipForm; readonly actor: Actor },
): Promise<void> {
  const of: OrderOf = { id: view.id, terminalId: institutionId, actor };
  const asksToAgree = view.stage === "confirm" || view.stage === "confirm_again";
  // What another phone has agreed to is not what this one was shown.
  if (view.quote?.totalFen !== form.shownFen) return;
  if (asksToAgree) {
    await confirmOrder(checkout, of, { quoteVersion: view.quote.version });
  } else if (view.stage !== "choose_tender") return;
  await chooseTender(checkout, of, { id: form.id, mode: "show_code" });
}
