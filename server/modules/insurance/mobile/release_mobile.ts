import { isInsuranceBack, ordClass } from "../../../gateways/mobile_insurance/wire.ts";
import { type LegAnswer, NOTHING_LEFT } from "../leg_answer.ts";
import { askOrder } from "./ask_order.ts";
import type { MobileAdapterDeps, OpenMobile } from "./mobile_adapter.ts";
import { insuranceTradeNo, orderData } from "./mobile_data.ts";
import type { MobileOrderRow } from "./store.ts";

/**
 * 6401, while nothing was placed at the wallet. An order that was placed is never called off by
 * itself: it is asked for until it is settled or failed, and then a person decides (nhsa.md §7.21).
 */
export async function releaseMobile(
  deps: MobileAdapterDeps,
  open: OpenMobile,
): Promise<LegAnswer> {
  if (!open.plan.claim.visit_asked) return NOTHING_LEFT;
  const asked = await askOrder(deps, open);
  if (asked.kind !== "done") return asked;
  const { order, row } = asked.value;
  if (order === null || isInsuranceBack(order.ordStas)) return NOTHING_LEFT;
  const state = ordClass(order.ordStas);
  if (state === "failed") return NOTHING_LEFT;
  if (state !== "processing") return { kind: "unknown", reason: `ordStas ${order.ordStas} stands` };
  const placed = await isPlaced(deps, open, row);
  if (placed !== "no") return { kind: "unknown", reason: `placed at the wallet: ${placed}` };
  const token = row === null
    ? ""
    : await deps.sealer.open("insurance_mobile_order.pay_token", row.pay_token_sealed);
  const known = { payOrdId: order.payOrdId, payToken: token };
  const outcome = await deps.centre.revoke(orderData(deps, open, known));
  if (outcome.kind === "done") return NOTHING_LEFT;
  // Refused: something has moved since it was asked.
  return outcome.kind === "refused" ? { kind: "unknown", reason: "6401 refused" } : outcome;
}

async function isPlaced(
  deps: MobileAdapterDeps,
  open: OpenMobile,
  row: MobileOrderRow | null,
): Promise<"no" | "yes" | "not known"> {
  if (row === null || row.mix_kind === null) return "no";
  // The tender leg closes the mixed order it placed before this is asked.
  if (row.mix_kind === "cash_and_insurance") return "no";
  const outcome = await deps.wallet.query(insuranceTradeNo(open.plan.claim.order_id));
  if (outcome.kind !== "done") return "not known";
  return outcome.value === null || outcome.value.mix_pay_status === "FAIL" ? "no" : "yes";
}
