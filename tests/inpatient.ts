import assert from "node:assert/strict";
import type { OrderView } from "../server/modules/checkout/contract.ts";
import type { DischargeView, InpatientView } from "../server/modules/inpatient/contract.ts";
import { paymentCode } from "../sandbox/aggregate_pay/payment_code.ts";
import { act, createOrder, identifyByCard, settle } from "./visit.ts";
import type { World } from "./world.ts";

/** An in-patient's way through the terminal API, step by step. */

export interface InPatient {
  readonly story: string;
  readonly identificationId: string;
}

export type Account = NonNullable<InpatientView["account"]>;

/** Newly admitted: a stay of its own for each test. */
export async function admitPatient(world: World, story: string, cost = "0.00"): Promise<InPatient> {
  await ward(world, story, "admit", { cost });
  return { story, identificationId: await identifyByCard(world, story) };
}

/** What the ward or the in-patient desk does. */
export async function ward(
  world: World,
  story: string,
  deed: "admit" | "settle-stay" | "window-deposit",
  body: unknown,
): Promise<void> {
  const { idNumber } = world.person(story);
  const reply = await world.control(`/his/sandbox/persons/${idNumber}/${deed}`, body);
  assert.ok(reply.ok, await reply.text());
}

export async function accountOf(
  world: World,
  { identificationId }: Pick<InPatient, "identificationId">,
): Promise<Account> {
  const reply = await world.call("GET", `/identifications/${identificationId}/inpatient`);
  assert.equal(reply.status, 200, await reply.clone().text());
  const { account }: InpatientView = await reply.json();
  assert.ok(account);
  return account;
}

/** Ordered and priced; nothing is paid. */
export async function orderDeposit(
  world: World,
  { identificationId }: InPatient,
  amount: unknown = { choice: "preset-50000" },
): Promise<OrderView> {
  const payable = { kind: "deposit", amount };
  return await createOrder(world, { identificationId, payable, settlement: "self_pay" });
}

let codes = 0;

export async function payDeposit(
  world: World,
  order: OrderView,
  wallet: "ALIPAY" | "WXPAY" = "ALIPAY",
): Promise<OrderView> {
  await act(world, order, "confirm", { quoteVersion: 1 });
  const code = paymentCode(wallet, "pays", world.clock.now().getTime() % 1e8 * 10 + codes++ % 10);
  await act(world, order, "tender", { id: world.id(), mode: "scan_code", code });
  return await settle(world, order);
}

export async function topUp(
  world: World,
  patient: InPatient,
  amount: unknown = { choice: "preset-50000" },
  wallet: "ALIPAY" | "WXPAY" = "ALIPAY",
): Promise<OrderView> {
  const order = await payDeposit(world, await orderDeposit(world, patient, amount), wallet);
  assert.equal(order.state, "completed", JSON.stringify(order));
  return order;
}

export function askDischarge(
  world: World,
  { identificationId }: InPatient,
  id = world.id(),
): Promise<Response> {
  return world.call("POST", "/discharge-refunds", { id, identificationId });
}

export async function endOfDischarge(world: World, reply: Response): Promise<DischargeView> {
  assert.equal(reply.status, 201, await reply.clone().text());
  let view: DischargeView = await reply.json();
  for (let round = 0; round < 40 && view.state === "returning"; round++) {
    world.clock.advance(5_000);
    await world.work();
    view = await (await world.call("GET", `/discharge-refunds/${view.id}`)).json();
  }
  return view;
}
