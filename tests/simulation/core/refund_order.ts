import { newRefundSaga, type Returned } from "../../../server/modules/checkout/refund_legs.ts";
import { isFulfilled, legOfKind, stateOf } from "../../../server/modules/checkout/saga.ts";
import { Dice } from "../dice.ts";
import type { Figures } from "./figures.ts";
import { newRow, type OrderRow } from "./order_row.ts";
import { RULES } from "./rules.ts";

/** As `standing.ts` and `refund_figures.ts` see a paid order and what of it is asked back. */

export interface Standing {
  readonly order: OrderRow;
  /** Under whose id HIS and insurance hold what stands. */
  readonly base: OrderRow;
  /** Places of the base's lines that stand. */
  readonly open: readonly number[];
}

/** Null while the order cannot be given back, or nothing of it is left. */
export function standingOf(order: OrderRow, refunds: readonly OrderRow[]): Standing | null {
  const owes = order.saga.legs.some(({ kind, state }) => kind === "surplus" && state !== "done");
  if (!isFulfilled(order.saga) || stateOf(order.saga, RULES) !== "completed" || owes) return null;
  if (refunds.some(isOpen)) return null;
  const ended = refunds.filter(({ saga }) => stateOf(saga, RULES) === "completed");
  let base = order;
  for (let anew: OrderRow | undefined = order; anew; anew = ended.find(isAnewOf(base))) base = anew;
  const taken = ended.filter(({ refund }) => refund?.baseId === base.id);
  if (taken.some(({ refund }) => refund?.lines === null || refund?.kept !== null)) return null;
  const returned = new Set(taken.flatMap(({ refund }) => refund?.lines ?? []));
  const open = base.lines.map((_line, place) => place).filter((place) => !returned.has(place));
  return { order, base, open };
}

/** One that has not ended. */
export function isOpen({ saga }: OrderRow): boolean {
  return !["completed", "unwound"].includes(stateOf(saga, RULES));
}

export function isAnewOf({ id }: OrderRow): (refund: OrderRow) => boolean {
  return ({ refund, saga }) =>
    refund?.baseId === id && saga.stop === null &&
    legOfKind(saga, "fulfilment")?.state === "done";
}

/** The refund of one line, or of all that stands. */
export function refundRow(
  id: string,
  { order, base, open }: Standing,
  place: number | null,
): OrderRow {
  const chosen = place === null || open.length < 2 ? open : [open[place % open.length] ?? 0];
  const sum = (places: readonly number[]) =>
    places.reduce((total, at) => total + (base.lines[at] ?? 0n), 0n);
  const total = sum(open);
  const claim = legOfKind(base.saga, "insurance");
  const insurance = claim?.state === "done" ? claim.split : null;
  const cash = total - (insurance ? insurance.total - insurance.cash : 0n);
  const isWhole = chosen.length === open.length;
  const value = sum(chosen);
  const kept = insurance && !isWhole ? open.filter((at) => !chosen.includes(at)) : null;
  const returned: Returned = isWhole || insurance
    ? { total, insurance, keptTotal: kept && total - value, cash }
    : { total: value, insurance: null, keptTotal: null, cash: value };
  const figures = keptFigures(base, total - value, cash);
  const draft = newRow({ id, visit: order.visit, figures, cashFirst: false });
  const saga = newRefundSaga(returned);
  const payer = [...order.trades].find(([leg, { paid }]) =>
    paid !== null && order.saga.legs.some(({ n, late }) => n === leg && !late)
  );
  return {
    ...draft,
    saga,
    lines: kept?.map((at) => base.lines[at] ?? 0n) ?? [],
    refund: {
      orderId: order.id,
      baseId: base.id,
      lines: isWhole ? null : chosen,
      kept,
      total: returned.total,
      payer: payer?.[0] ?? null,
      choice: payer ? { tradeId: payer[1].tradeId, mode: payer[1].way.mode } : null,
    },
  };
}

/** What insurance says of the kept lines: mostly in proportion, now and then anything. */
function keptFigures(base: OrderRow, total: bigint, cash: bigint): Figures {
  const dice = new Dice(base.visit.seed ^ Number(total & 0xffffn));
  const most = total < cash ? total : cash;
  const fen = most * BigInt(dice.below(101)) / 100n;
  const due = dice.chance(0.1) ? total : fen;
  const quoted = { total, fund: total - due, account: 0n, other: 0n, cash: due };
  const more = dice.chance(0.15) && due < total ? 1n : 0n;
  const settled = { ...quoted, fund: quoted.fund - more, cash: due + more };
  return { total, quoted, settled };
}
