import assert from "node:assert/strict";
import type { Bill } from "../server/modules/billing/contract.ts";
import type { OrderView } from "../server/modules/checkout/contract.ts";
import type { IdentifyReply } from "../server/modules/identity/contract.ts";
import type { World } from "./world.ts";

/** One patient's way through the terminal API, step by step. */

export async function identifyByCard(world: World, story: string): Promise<string> {
  const person = world.person(story);
  assert.ok(person.card, `${story} has a card`);
  const id = world.id();
  const reply = await world.call("POST", "/identifications", {
    id,
    credential: {
      kind: "social_security_card",
      region: "441900",
      socialSecurityNumber: person.idNumber,
      cardNumber: person.card.number,
      cardIdentifier: person.card.identifier,
      name: person.name,
      version: person.card.version,
    },
  });
  const body: IdentifyReply = await reply.json();
  assert.equal(body.kind, "known", JSON.stringify(body));
  return id;
}

export async function identifyByIdCard(world: World, story: string): Promise<IdentifyReply> {
  const person = world.person(story);
  const reply = await world.call("POST", "/identifications", {
    id: world.id(),
    credential: {
      kind: "id_card",
      idNumber: person.idNumber,
      name: person.name,
      validUntil: person.idCardValidUntil,
    },
  });
  return await reply.json();
}

export async function billsOf(world: World, identificationId: string): Promise<Bill[]> {
  const reply = await world.call("GET", `/identifications/${identificationId}/bills`);
  assert.equal(reply.status, 200, await reply.clone().text());
  return (await reply.json()).bills;
}

export async function createOrder(
  world: World,
  order: {
    readonly identificationId: string;
    readonly payable: unknown;
    readonly settlement?: "insurance" | "self_pay";
    readonly scheme?: string;
    readonly id?: string;
  },
): Promise<OrderView> {
  const reply = await world.call("POST", "/orders", {
    id: order.id ?? world.id(),
    identificationId: order.identificationId,
    payable: order.payable,
    settlement: order.settlement ?? "insurance",
    ...(order.scheme && { scheme: order.scheme }),
  });
  assert.ok(reply.status === 201 || reply.status === 200, await reply.clone().text());
  return await reply.json();
}

export async function act(
  world: World,
  order: Pick<OrderView, "id">,
  path: string,
  body?: unknown,
): Promise<OrderView> {
  const reply = await world.call("POST", `/orders/${order.id}/${path}`, body ?? undefined);
  assert.equal(reply.status, 200, await reply.clone().text());
  return await reply.json();
}

export async function readOrder(world: World, order: Pick<OrderView, "id">): Promise<OrderView> {
  const reply = await world.call("GET", `/orders/${order.id}`);
  assert.equal(reply.status, 200, await reply.clone().text());
  return await reply.json();
}

/** Order of all the unpaid bills of a story's person, presettled. */
export async function orderAllBills(
  world: World,
  story: string,
  settlement: "insurance" | "self_pay" = "insurance",
): Promise<OrderView> {
  const identificationId = await identifyByCard(world, story);
  const bills = await billsOf(world, identificationId);
  assert.ok(bills.length > 0, `${story} has bills`);
  const payable = { kind: "bills", billIds: bills.map((bill) => bill.id) };
  return await createOrder(world, { identificationId, payable, settlement });
}

/** The patient's phone pays what the terminal shows. */
export async function payShownCode(world: World, order: OrderView): Promise<void> {
  assert.ok(order.tender?.codeText, JSON.stringify(order.tender));
  const reply = await world.control("/aggregate-pay/sandbox/phone", {
    do: "pay",
    codeText: order.tender.codeText,
  });
  assert.equal(reply.status, 200, await reply.text());
}

/** Time passes and workers work until the order rests or `roundsMax` is over. */
export async function settle(
  world: World,
  order: Pick<OrderView, "id">,
  options: { readonly stepMs?: number; readonly roundsMax?: number } = {},
): Promise<OrderView> {
  let view = await readOrder(world, order);
  for (let round = 0; round < (options.roundsMax ?? 60); round++) {
    if (view.state === "completed" || view.state === "unwound") break;
    world.clock.advance(options.stepMs ?? 5_000);
    await world.work();
    view = await readOrder(world, order);
  }
  return view;
}
