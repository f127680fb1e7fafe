import type { MobileOrder } from "../../../gateways/mobile_insurance/wire.ts";
import type { Outcome } from "../../../platform/outcome.ts";
import { orderData } from "./mobile_data.ts";
import type { MobileAdapterDeps, OpenMobile } from "./mobile_adapter.ts";
import {
  findMobileOrder,
  isMobileOrderWhole,
  type MobileOrderKey,
  type MobileOrderRow,
  updateMobileState,
} from "./store.ts";

export interface AskedOrder {
  /** Null: 6201 has not answered, or the centre does not know it. */
  readonly order: MobileOrder | null;
  readonly row: MobileOrderRow | null;
}

/**
 * 6301: what the centre says now. Only that moves anything; amounts and tokens it leaves out stay
 * as they were known.
 */
export async function askOrder(
  deps: MobileAdapterDeps,
  open: OpenMobile,
): Promise<Outcome<AskedOrder>> {
  const row = await findMobileOrder(deps.db, keyOf(open));
  // Its number may be another order's, whose figures must not become this one's.
  if (row && !await isMobileOrderWhole(deps.db, deps.tags, row)) {
    return { kind: "unknown", reason: "the order at the centre was changed past the platform" };
  }
  const known = row && {
    payOrdId: row.pay_ord_id,
    payToken: await deps.sealer.open("insurance_mobile_order.pay_token", row.pay_token_sealed),
  };
  const outcome = await deps.centre.query(orderData(deps, open, known));
  // A no to the question is no proof about the order.
  if (outcome.kind === "refused") return { kind: "unknown", reason: "6301 refused" };
  if (outcome.kind !== "done") return outcome;
  const order = outcome.value;
  if (order && row && order.payOrdId !== row.pay_ord_id) {
    return { kind: "unknown", reason: "6301 answered about another order" };
  }
  if (order && row) await keepState(deps, open, order);
  return { kind: "done", value: { order, row } };
}

async function keepState(
  deps: MobileAdapterDeps,
  open: OpenMobile,
  order: MobileOrder,
): Promise<void> {
  const { revsToken } = order;
  const revs = revsToken === null
    ? {}
    : { revs_token_sealed: await deps.sealer.seal("insurance_mobile_order.revs_token", revsToken) };
  const change = { ord_stas: order.ordStas, ...revs, changed_at: deps.clock.now() };
  await deps.db.transaction().execute((tx) => updateMobileState(tx, keyOf(open), change));
}

export function keyOf({ plan: { claim } }: OpenMobile): MobileOrderKey {
  return { order_id: claim.order_id, at: claim.at };
}
