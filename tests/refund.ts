import assert from "node:assert/strict";
import { paymentCode } from "../sandbox/aggregate_pay/payment_code.ts";
import type { OrderView } from "../server/modules/checkout/contract.ts";
import type { Refundable, RefundView } from "../server/modules/refund/contract.ts";
import { act, billsOf, createOrder, identifyByCard, settle } from "./visit.ts";
import type { World } from "./world.ts";

/** A patient's way to a refund through the terminal API, step by step. */

export interface Paid {
  readonly order: OrderView;
  readonly identificationId: string;
}

/** Bills written for this one order, so that one world serves many tests. */
export async function payNewBills(
  world: World,
  {
    settlement = "insurance" as const,
    story = "two_bills",
    count = 2,
  }: {
    readonly settlement?: "insurance" | "self_pay";
    readonly story?: string;
    readonly count?: number;
  } = {},
): Promise<Paid> {
  const { idNumber } = world.person(story);
  const written = await world.control(`/his/sandbox/persons/${idNumber}/bills`, { count });
  const { billIds } = await written.json();
  const identificationId = await identifyByCard(world, story);
  assert.ok((await billsOf(world, identificationId)).length >= billIds.length);
  const payable = { kind: "bills", billIds };
  const order = await createOrder(world, { identificationId, payable, settlement });
  return { order: await payOrder(world, order), identificationId };
}

export async function payOrder(world: World, created: OrderView): Promise<OrderView> {
  let order = await act(world, created, "confirm", { quoteVersion: 1 });
  if (order.stage === "choose_tender") {
    const code = paymentCode("ALIPAY", "pays", world.clock.now().getTime() % 1e9);
    order = await act(world, order, "tender", { id: world.id(), mode: "scan_code", code });
  }
  order = await settle(world, order);
  assert.equal(order.state, "completed", JSON.stringify(order));
  return order;
}

export async function findRefundable(
  world: World,
  { order, identificationId }: Paid,
): Promise<Refundable> {
  const path = `/identifications/${identificationId}/refundable/${order.id}`;
  const reply = await world.call("GET", path);
  assert.equal(reply.status, 200, await reply.clone().text());
  return await reply.json();
}

export function askRefund(
  world: World,
  { order, identificationId }: Paid,
  { lines = null, id = world.id() }: {
    readonly lines?: readonly number[] | null;
    readonly id?: string;
  } = {},
): Promise<Response> {
  const body = { id, identificationId, orderId: order.id, lines, why: "not_wanted" };
  return world.call("POST", "/refunds", body);
}

/** Asked for, and gone on until it has ended. */
export async function refund(
  world: World,
  paid: Paid,
  lines: readonly number[] | null = null,
): Promise<RefundView> {
  const reply = await askRefund(world, paid, { lines });
  assert.equal(reply.status, 201, await reply.clone().text());
  return await endOfRefund(world, await reply.json());
}

export async function readRefund(
  world: World,
  { id }: { readonly id: string },
): Promise<RefundView> {
  const reply = await world.call("GET", `/refunds/${id}`);
  assert.equal(reply.status, 200, await reply.clone().text());
  return await reply.json();
}

export async function endOfRefund(
  world: World,
  asked: { readonly id: string },
  roundsMax = 40,
): Promise<RefundView> {
  let view = await readRefund(world, asked);
  for (let round = 0; round < roundsMax && !hasEnded(view); round++) {
    world.clock.advance(5_000);
    await world.work();
    view = await readRefund(world, asked);
  }
  return view;
}

export function hasEnded({ state }: RefundView): boolean {
  return state === "returned" || state === "refused";
}

export function sumOfParts({ parts }: RefundView): bigint {
  return parts.reduce((sum, part) => sum + BigInt(part.amountFen), 0n);
}
