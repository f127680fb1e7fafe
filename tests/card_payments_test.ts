import assert from "node:assert/strict";
import { loadPadMaster } from "../cli/dev/load_pad.ts";
import { CARD_EXPIRY, CARD_PIN, cityCards } from "../sandbox/card_host/bank_cards.ts";
import type { HandKey } from "../sandbox/devices/pin_pad/pad_state.ts";
import { SimulatedPinPad } from "../sandbox/devices/pin_pad/simulated_pin_pad.ts";
import type { OrderView, PresentedCardBody } from "../server/modules/checkout/contract.ts";
import type { PadKeysReply } from "../server/modules/fleet/contract.ts";
import { driveOpenCardMessages } from "../server/modules/payment/card/jobs.ts";
import { settleBatch } from "../server/modules/payment/card/settle_batch.ts";
import { cardSaleBytes } from "../server/platform/card_sale_text.ts";
import type { KeptPadKeys } from "../terminal/journal_pad.ts";
import { settlePadKeys } from "../terminal/pad_keys/settle_pad_keys.ts";
import { askPadKeys } from "../terminal/platform_calls.ts";
import type { PlatformClient } from "../terminal/platform_client.ts";
import { TEST_KEYS_SECRET } from "./sealer.ts";
import { refund } from "./refund.ts";
import { act, createOrder, identifyByCard, orderAllBills, readOrder, settle } from "./visit.ts";
import { openWorld, type World } from "./world.ts";

const COMMAND = { signal: new AbortController().signal, timeoutMs: 5_000 };

async function loadedPad(world: World): Promise<SimulatedPinPad> {
  const pad = new SimulatedPinPad({ isSecureRoom: true });
  const { db, clock, provider } = world.services.platform;
  const deps = { db, clock, provider, audit: world.services.audit, secretHex: TEST_KEYS_SECRET };
  await loadPadMaster(deps, { pad, terminalId: world.terminal.id });
  await bringWorkKeys(world, pad);
  return pad;
}

/** As the terminal does it; without a journal. */
async function bringWorkKeys(world: World, pinPad: SimulatedPinPad): Promise<void> {
  let kept: KeptPadKeys | null = null;
  const memory = {
    keep: (keys: KeptPadKeys) => void (kept = keys),
    find: () => kept,
    forget: () => void (kept = null),
  };
  const client: Pick<PlatformClient, "call"> = {
    async call({ method, path, body, schema }) {
      const reply = await world.call(method, path, body);
      const value = schema.parse(reply.status === 204 ? null : await reply.json());
      return { kind: "answered", status: reply.status, value };
    },
  };
  const told = await client.call(askPadKeys());
  assert.ok(told.kind === "answered" && told.value.wanted);
  const deps = { pinPad, register: null, client, memory, note: () => {} };
  const end = await settlePadKeys(deps, told.value, COMMAND.signal);
  assert.equal(end.kind, "ready", JSON.stringify(end));
}

/** The patient's hands, and the terminal's: card in, PIN typed, sale signed by the pad. */
async function payByCard(
  world: World,
  { order, pan, pad, pin = CARD_PIN }: {
    readonly order: OrderView;
    readonly pan: string;
    readonly pad: SimulatedPinPad;
    readonly pin?: string;
  },
): Promise<OrderView> {
  const entry = pad.enterPin(
    { slot: 1, algorithm: "sm4", pan, minDigits: 4, maxDigits: 12 },
    COMMAND,
  );
  for (const digit of pin) pad.press(keyOf(digit));
  pad.press("enter");
  const typed = await entry;
  assert.ok(typed.kind === "done", Deno.inspect(typed));
  const { block: pinBlock } = typed.value;
  const id = world.id();
  const sale = {
    tradeId: id,
    terminalNumber: world.terminal.number,
    amountFen: BigInt(order.quote?.cashFen ?? "0"),
  };
  const data = cardSaleBytes({ ...sale, pan, pinBlock });
  const signed = await pad.mac({ slot: 2, method: "sm4_cbc", data }, COMMAND);
  assert.ok(signed.kind === "done");
  const card: PresentedCardBody = {
    entry: "inserted",
    pan,
    expiry: CARD_EXPIRY,
    sequence: "001",
    track2: `${pan}=${CARD_EXPIRY}201`,
    chip: "9f2608aabbccddeeff0011",
    pinBlock: pinBlock.toHex(),
    mac: signed.value.toHex(),
  };
  return await act(world, order, "tender", { id, mode: "card", card });
}

function keyOf(digit: string): HandKey {
  const key = DIGITS.find((one) => one === digit);
  if (!key) throw new Error(`Cannot press "${digit}"`);
  return key;
}

const DIGITS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

async function booksOf(world: World, pan: string) {
  const reply = await world.control("/card-host/sandbox/accounts");
  const { accounts } = await reply.json();
  const account = accounts.find((one: { pan: string }) => one.pan === pan);
  return BigInt(account.balanceFen);
}

Deno.test("a visit is paid by bank card, and by the account of a social-security card (R-PAY-04, R-PAY-16)", async (t) => {
  await using world = await openWorld();
  const pad = await loadedPad(world);
  const cards = cityCards(world.city);
  const [bankCard, account] = [cards[0]?.pan ?? "", cards[1]?.pan ?? ""];
  const stories = world.city.persons.flatMap(({ story, card }) => story && card ? [story.id] : []);
  const payers = stories.values();

  async function orderToPay(): Promise<OrderView> {
    for (const story of payers) {
      const quoted = await orderAllBills(world, story, "self_pay").catch(() => null);
      if (quoted?.quote) {
        return await act(world, quoted, "confirm", { quoteVersion: quoted.quote.version });
      }
    }
    throw new Error("Cannot find a story with bills");
  }

  await t.step("the amount goes off the card and the order is done", async () => {
    const before = await booksOf(world, bankCard);
    const order = await orderToPay();
    const done = await settle(world, await payByCard(world, { order, pan: bankCard, pad }));
    assert.equal(done.state, "completed", JSON.stringify(done));
    assert.equal(await booksOf(world, bankCard), before - BigInt(order.quote?.cashFen ?? "0"));
  });

  await t.step("a wrong PIN is told, and the order can be paid otherwise", async () => {
    const before = await booksOf(world, account);
    const order = await orderToPay();
    await payByCard(world, { order, pan: account, pad, pin: "111111" });
    await world.work();
    const told = await readOrder(world, order);
    assert.equal(told.stage, "choose_tender", JSON.stringify(told));
    const done = await settle(world, await payByCard(world, { order, pan: account, pad }));
    assert.equal(done.state, "completed");
    assert.equal(await booksOf(world, account), before - BigInt(order.quote?.cashFen ?? "0"));
  });

  await t.step(
    "a terminal gets new work keys for its pad; the old ones end with them",
    async () => {
      const reply = await world.call("POST", "/pad-keys", {});
      assert.equal(reply.status, 200, await reply.clone().text());
      const issued: PadKeysReply = await reply.json();
      const order = await orderToPay();
      const done = await settle(world, await payByCard(world, { order, pan: bankCard, pad }));
      assert.equal(done.state, "completed", "the pad's own count until it has the new ones");
      for (const [slot, purpose] of [[1, "pin"], [2, "mac"]] as const) {
        const key = Uint8Array.fromHex(issued[purpose].wrapped);
        const checkValue = Uint8Array.fromHex(issued[purpose].checkValue);
        const loading = { slot, algorithm: "sm4", purpose, under: 0, key, checkValue } as const;
        assert.equal((await pad.loadKey(loading, COMMAND)).kind, "done");
      }
      const loaded = { version: issued.version };
      assert.equal((await world.call("POST", "/pad-keys/loaded", loaded)).status, 204);
      const next = await orderToPay();
      const paid = await settle(world, await payByCard(world, { order: next, pan: account, pad }));
      assert.equal(paid.state, "completed");
    },
  );

  const kindsOf = async (orderId: string) => {
    const trades = world.own.db.selectFrom("payment_trade").select("id")
      .where("order_id", "=", orderId);
    const rows = await world.own.db.selectFrom("card_message").select("kind")
      .where("trade_id", "in", trades).execute();
    return rows.map(({ kind }) => kind).toSorted();
  };

  /** Paid by card for bills of its own; `between` is what happens before the money goes back. */
  async function payAndReturn(between: () => Promise<void>): Promise<readonly string[]> {
    const { idNumber } = world.person("two_bills");
    const written = await world.control(`/his/sandbox/persons/${idNumber}/bills`, { count: 1 });
    const payable = { kind: "bills", billIds: (await written.json()).billIds };
    const identificationId = await identifyByCard(world, "two_bills");
    const before = await booksOf(world, bankCard);
    let order = await createOrder(world, { identificationId, payable, settlement: "self_pay" });
    order = await act(world, order, "confirm", { quoteVersion: 1 });
    order = await settle(world, await payByCard(world, { order, pan: bankCard, pad }));
    assert.equal(order.state, "completed", JSON.stringify(order));
    await between();
    const view = await refund(world, { order, identificationId });
    assert.equal(view.state, "returned", JSON.stringify(view));
    assert.equal(await booksOf(world, bankCard), before, "the card has its money back");
    const { refunds = [] } = await readOrder(world, order);
    assert.deepEqual(refunds.map(({ state }) => state), ["returned"]);
    return await kindsOf(order.id);
  }

  await t.step("within its batch a card's sale is voided (R-REF-06)", async () => {
    assert.deepEqual(await payAndReturn(() => Promise.resolve()), ["sale", "void"]);
  });

  await t.step(
    "once its batch is settled it is refunded, to the same card (R-REF-06)",
    async () => {
      const kinds = await payAndReturn(async () => {
        const { card } = world.services;
        assert.ok(card);
        const { merchant } = await world.own.db.selectFrom("card_message").select("merchant")
          .where("kind", "=", "sale").executeTakeFirstOrThrow();
        const settled = await settleBatch(card, merchant);
        assert.ok(settled.kind === "done" && settled.value.agrees, Deno.inspect(settled));
      });
      assert.deepEqual(kinds, ["refund", "sale"]);
    },
  );

  await t.step("a sale whose answer is lost is taken back, never failed silently", async () => {
    const before = await booksOf(world, bankCard);
    world.faults.plan("card_host", "sale", { kind: "lose_answer" });
    const order = await orderToPay();
    await payByCard(world, { order, pan: bankCard, pad });
    world.clock.advance(10_000);
    await world.work();
    const { card } = world.services;
    assert.ok(card);
    await driveOpenCardMessages(card);
    await world.work();
    assert.equal(await booksOf(world, bankCard), before);
    assert.notEqual((await readOrder(world, order)).state, "completed");
  });
});
