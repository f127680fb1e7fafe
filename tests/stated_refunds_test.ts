import assert from "node:assert/strict";
import type { Permission } from "../server/modules/access/permission.ts";
import { checkLegs } from "../server/modules/checkout/check/check_legs.ts";
import { checkoutData } from "../server/modules/checkout/checkout_data.ts";
import type { ConsoleOrder } from "../server/modules/checkout/console/contract.ts";
import type { ConsoleRefund } from "../server/modules/refund/console/contract.ts";
import { checkBooks } from "../server/modules/ledger/check/check_books.ts";
import { refundData } from "../server/modules/refund/refund_data.ts";
import { chinaTime } from "../server/platform/clock.ts";
import { timeOfId } from "../server/platform/ids.ts";
import { assertBooksAgree, readBooks } from "./books.ts";
import { addPerson } from "./console.ts";
import { answered, type CallConsole, callerOf, consoleAs } from "./console_callers.ts";
import { payNewBills } from "./refund.ts";
import { openWorld, START, type World } from "./world.ts";

/** Refunds that only people can end: a cleared month, and parties that never answer. */

const STAFF: readonly Permission[] = ["refund.read", "refund.request", "refund.approve"];
const DAY_MS = 24 * 3_600_000;
const YEARS_31_MS = 31 * 366 * DAY_MS;
/** Beyond any schedule. */
const ROUNDS = 22;

interface Desk {
  readonly world: World;
  readonly clerk: CallConsole;
}

async function openDesk(world: World): Promise<Desk> {
  return { world, clerk: await signedIn(world) };
}

async function signedIn(world: World, permissions = STAFF): Promise<CallConsole> {
  const login = `person-${crypto.randomUUID().slice(0, 8)}`;
  await addPerson(world, { login, permissions });
  return consoleAs(world, await callerOf(world, login));
}

async function read(reply: Response): Promise<ConsoleRefund> {
  assert.ok(reply.status < 300, await reply.clone().text());
  return await reply.json();
}

async function ask({ world, clerk }: Desk, orderId: string): Promise<string> {
  const body = { id: world.id(), orderId, lines: null, why: "duplicate", note: "重复缴费" };
  const { refund } = await read(await clerk("POST", "/refunds", body));
  return refund.id;
}

async function goOn(
  { world }: Desk,
  id: string,
  { rounds = 8, stepMs = 5_000 } = {},
): Promise<ConsoleRefund> {
  for (let round = 0; round < rounds; round++) {
    world.clock.advance(stepMs);
    await world.work();
  }
  return await read(await (await signedIn(world))("GET", `/refunds/${id}`));
}

/** Sessions end long before a schedule does. */
async function twoDo(desk: Desk, id: string, kind: string): Promise<ConsoleRefund> {
  const { world } = desk;
  const path = `/refunds/${id}/acts`;
  const act = { id: world.id(), kind, evidence: "渠道对账单第 3 页" };
  await read(await (await signedIn(world))("POST", path, act));
  const decided = await (await signedIn(world))("POST", `${path}/${act.id}/decide`, {
    verdict: "done",
  });
  return await read(decided);
}

type Loss = "lose_answer" | "lose_request";

/** The code of what is refused; asked by one, and decided by the same person where it comes to it. */
async function aloneCannot(desk: Desk, id: string, kind: string): Promise<string> {
  const { world } = desk;
  const clerk = await signedIn(world);
  const act = { id: world.id(), kind, evidence: "对账单" };
  const asked = await clerk("POST", `/refunds/${id}/acts`, act);
  if (asked.status >= 300) return (await asked.json()).code;
  const path = `/refunds/${id}/acts/${act.id}/decide`;
  const { code } = await (await clerk("POST", path, { verdict: "done" })).json();
  await read(await (await signedIn(world))("POST", path, { verdict: "rejected" }));
  return code;
}

/** What `yikatong ledger check` looks at. */
async function assertChecks({ own: { db } }: World): Promise<void> {
  const since = new Date(START.getTime() - 3_600_000);
  assert.deepEqual([...await checkBooks({ db }, since), ...await checkLegs({ db }, since)], []);
}

Deno.test("refunds that only people can end", async (t) => {
  await using world = await openWorld();
  const desk = await openDesk(world);

  await t.step(
    "a month that insurance cleared is returned by its people, then goes on",
    async () => {
      const { order } = await payNewBills(world);
      const institution = await institutionCode(world);
      const month = chinaTime(world.clock.now()).slice(0, 7);
      await world.control("/insurance/sandbox/clear-month", { institution, month });
      const id = await ask(desk, order.id);
      const stuck = await goOn(desk, id);
      assert.equal(stuck.refund.state, "needs_attention");
      assert.ok(stuck.refund.parts.every(({ state }) => state === "waiting"));
      const { parties, ledger } = await readBooks(world);
      assert.deepEqual(parties, { ...ledger, hold: 0n }, "till then the parties agree with us");
      assert.equal(ledger.bank + ledger.insurance, ledger.his + ledger.hold);
      await twoDo(desk, id, "returned_by_hand");
      const end = await goOn(desk, id);
      assert.equal(end.refund.state, "returned", JSON.stringify(end));
      assert.equal(await balanceOf(world, id, "patient:hold"), 0n);
      const all = await world.own.db.selectFrom("ledger_posting").selectAll()
        .where("order_id", "in", [order.id, id]).execute();
      const accounts = new Map<string, bigint>();
      for (const { debit, credit, amount_fen } of all) {
        accounts.set(debit, (accounts.get(debit) ?? 0n) + amount_fen);
        accounts.set(credit, (accounts.get(credit) ?? 0n) - amount_fen);
      }
      // Paid and given back, everywhere.
      assert.deepEqual([...accounts.values()].filter((sum) => sum !== 0n), []);
    },
  );
});

async function institutionCode(world: World): Promise<string> {
  const settled = await world.control("/insurance/sandbox/settlements");
  return (await settled.json()).settlements[0].institution;
}

async function balanceOf(world: World, orderId: string, account: string): Promise<bigint> {
  const rows = await world.own.db.selectFrom("ledger_posting").selectAll()
    .where("order_id", "=", orderId).execute();
  return rows.reduce((sum, { debit, credit, amount_fen }) => {
    if (debit === account) return sum + amount_fen;
    return credit === account ? sum - amount_fen : sum;
  }, 0n);
}

Deno.test("cash of which the channel never says what became of it", async (t) => {
  await using world = await openWorld();
  const desk = await openDesk(world);

  const unknown = async (kind: Loss = "lose_answer") => {
    const { order } = await payNewBills(world, { settlement: "self_pay" });
    world.faults.plan("aggregate_pay", "*", { kind }, 1_000);
    await world.work();
    const id = await ask(await openDesk(world), order.id);
    const early = await (await signedIn(world))("POST", `/refunds/${id}/acts`, {
      id: world.id(),
      kind: "cash_done",
      evidence: "对账单",
    });
    assert.equal((await early.json()).code, "refund.wrong_state");
    const view = await goOn(desk, id, { rounds: ROUNDS, stepMs: DAY_MS });
    assert.equal(view.refund.state, "needs_attention", JSON.stringify(view));
    return id;
  };

  await t.step("stated done, it is booked, asked about, and confirmed", async () => {
    const id = await unknown();
    const stated = await twoDo(desk, id, "cash_done");
    assert.equal(stated.refund.state, "returned");
    const nextAskAt = Date.parse(stated.statements[0]?.nextAskAt ?? "");
    assert.ok(nextAskAt > world.clock.now().getTime(), "its party is asked on, and when is said");
    assert.equal(await balanceOf(world, id, "patient:hold"), 0n);
    world.faults.clear();
    const end = await goOn(desk, id, { rounds: 3, stepMs: DAY_MS });
    const [act] = end.acts;
    assert.deepEqual(end.statements, [
      { part: "cash", outcome: "done", answer: "confirmed", actId: act?.id, nextAskAt: null },
    ]);
    assert.deepEqual([act?.kind, act?.state], ["cash_done", "done"]);
    await assertBooksAgree(world, "stated done");
  });

  await t.step(
    "stated not done, and found to have gone back: flagged, nothing is paid",
    async () => {
      const id = await unknown();
      const stated = await twoDo(desk, id, "cash_not_done");
      assert.equal(stated.refund.state, "needs_attention");
      world.faults.clear();
      const found = await goOn(desk, id, { rounds: 3, stepMs: DAY_MS });
      assert.equal(found.statements[0]?.answer, "contradicted");
      const seer = await signedIn(world, ["order.read"]);
      const line = await answered<ConsoleOrder>(seer("GET", `/orders/${id}`));
      assert.equal(line.alarm, "alarm");
      assert.deepEqual(line.legs.flatMap(({ stated }) => stated?.answer ?? []), ["contradicted"]);
      const held = await balanceOf(world, id, "patient:hold");
      assert.notEqual(held, 0n);
      const events = await world.own.db.selectFrom("audit_event").select("id")
        .where("kind", "=", "checkout.return_contradicted").execute();
      assert.equal(events.length, 1);
      const suspend = { id: world.id(), kind: "suspend", evidence: "收据" };
      const reply = await (await signedIn(world))("POST", `/refunds/${id}/acts`, suspend);
      assert.equal((await reply.json()).code, "refund.wrong_state");
      const end = await twoDo(desk, id, "cash_done");
      assert.equal(end.refund.state, "returned");
      await assertBooksAgree(world, "stated anew");
    },
  );

  await t.step(
    "stated done, and found not to have gone back: two correct it, and it is paid out (R-REF-08)",
    async () => {
      const id = await unknown("lose_request");
      const stated = await twoDo(desk, id, "cash_done");
      assert.equal(stated.refund.state, "returned");
      assert.equal(await aloneCannot(desk, id, "cash_corrected"), "refund.wrong_state", "not yet");
      world.faults.clear();
      const found = await goOn(desk, id, { rounds: 3, stepMs: DAY_MS });
      assert.deepEqual(found.statements.map(({ answer }) => answer), ["contradicted"]);
      assert.equal(await aloneCannot(desk, id, "suspend"), "refund.wrong_state");
      assert.equal(await aloneCannot(desk, id, "insurance_corrected"), "refund.wrong_state");
      assert.equal(await aloneCannot(desk, id, "cash_corrected"), "refund.own_request");
      const corrected = await twoDo(desk, id, "cash_corrected");
      assert.equal(corrected.refund.state, "needs_attention");
      const act = corrected.acts.find(({ kind, state }) =>
        kind === "cash_corrected" && state === "done"
      );
      const [{ nextAskAt, ...anew } = { nextAskAt: null }] = corrected.statements;
      assert.deepEqual(anew, {
        part: "cash",
        outcome: "not_done",
        answer: "open",
        actId: act?.id,
      });
      assert.ok(nextAskAt !== null, "asked about anew");
      assert.notEqual(await balanceOf(world, id, "patient:hold"), 0n, "held again");
      assert.equal(await balanceOf(world, id, "channel:aggregate_pay"), 0n);
      await assertChecks(world);
      const again = await (await signedIn(world))("POST", `/refunds/${id}/acts/${act?.id}/decide`, {
        verdict: "done",
      });
      assert.equal((await again.json()).code, "refund.decided");
      assert.equal(await aloneCannot(desk, id, "cash_corrected"), "refund.wrong_state", "once");
      await twoDo(desk, id, "suspend");
      const paid = await twoDo(desk, id, "pay_out");
      assert.equal(paid.refund.state, "returned");
      assert.equal(await balanceOf(world, id, "patient:hold"), 0n);
      assert.equal(await balanceOf(world, id, "suspense"), 0n);
      await assertChecks(world);
      const end = await goOn(desk, id, { rounds: 3, stepMs: DAY_MS });
      assert.equal(end.refund.state, "returned", "asked about still, and nothing is paid twice");
    },
  );

  await t.step("a row of it that was taken away stops the refund", async () => {
    const { db } = world.own;
    const { order_id } = await db.selectFrom("checkout_stated_return").select("order_id")
      .executeTakeFirstOrThrow();
    await db.deleteFrom("checkout_stated_return").where("order_id", "=", order_id).execute();
    const reply = await (await signedIn(world))("GET", `/refunds/${order_id}`);
    assert.equal((await reply.json()).code, "checkout.order_changed");
  });

  await t.step("a refund of weeks later is in the export, and its texts are erased", async () => {
    const { order } = await payNewBills(world, { settlement: "self_pay" });
    world.clock.advance(10 * DAY_MS);
    world.faults.plan("aggregate_pay", "refund", { kind: "refuse", text: "账户已注销" }, 50);
    const { db } = world.own;
    const later: Desk = await openDesk(world);
    const id = await ask(later, order.id);
    await goOn(later, id);
    await twoDo(later, id, "suspend");
    world.faults.clear();
    const { identification_id } = await db.selectFrom("checkout_order")
      .select("identification_id").where("id", "=", order.id).executeTakeFirstOrThrow();
    const identifications = [{ id: identification_id, at: timeOfId(identification_id) }];
    const deps = { db, sealer: world.services.platform.sealer };
    const subject = { patientId: "", identifications, orders: [] };
    const { orders = [] } = await checkoutData(deps).find?.(subject) ?? {};
    assert.deepEqual(orders.map((key) => key.id).sort(), [order.id, id].sort());
    const whole = { ...subject, orders };
    const [given] = await checkoutData(deps).collect(whole);
    assert.ok(given?.rows.some((row) => row["编号"] === id && row["业务"] === "refund"));
    await writeCheckoutAct(world, id);
    const written = () => sealedTexts(world, id);
    assert.equal((await written()).length, 3);
    const now = world.clock.now();
    const erase = (at: Date) =>
      db.transaction().execute(async (tx) => [
        await checkoutData(deps).erase(tx, whole, at),
        await refundData(deps).erase(tx, whole, at),
      ]);
    await erase(now);
    assert.equal((await written()).length, 3, "kept with the books for thirty years");
    const done = await erase(new Date(now.getTime() + YEARS_31_MS));
    assert.deepEqual(await written(), []);
    assert.ok(done.every(({ erased }) => erased.some(({ rows }) => rows > 0)));
  });
});

Deno.test("insurance's part of which the centre never says what became of it", async (t) => {
  await using world = await openWorld();

  const unknown = async (kind: Loss) => {
    world.faults.clear();
    const { order } = await payNewBills(world);
    world.faults.plan("insurance", "*", { kind }, 1_000);
    const desk = await openDesk(world);
    const id = await ask(desk, order.id);
    const view = await goOn(desk, id, { rounds: ROUNDS, stepMs: DAY_MS });
    assert.equal(view.refund.state, "needs_attention", JSON.stringify(view));
    return { id, order, desk: await openDesk(world) };
  };

  await t.step(
    "stated done, the cash goes back, and the centre confirms it (R-REF-02)",
    async () => {
      const { id, desk } = await unknown("lose_answer");
      const stated = await twoDo(desk, id, "insurance_done");
      assert.deepEqual(stated.statements.map(({ answer }) => answer), ["open"]);
      const given = await goOn(desk, id);
      assert.equal(given.refund.state, "returned", JSON.stringify(given));
      assert.equal(await balanceOf(world, id, "patient:hold"), 0n);
      world.faults.clear();
      const end = await goOn(desk, id, { rounds: 3, stepMs: DAY_MS });
      const [act] = end.acts;
      assert.deepEqual(end.statements, [
        {
          part: "insurance",
          outcome: "done",
          answer: "confirmed",
          actId: act?.id,
          nextAskAt: null,
        },
      ]);
      await assertBooksAgree(world, "insurance stated done");
    },
  );

  await t.step("stated done, and the centre has it settled still: a person is called", async () => {
    const { id, desk } = await unknown("lose_request");
    await twoDo(desk, id, "insurance_done");
    world.faults.clear();
    const found = await goOn(desk, id, { rounds: 3, stepMs: DAY_MS });
    assert.deepEqual(found.statements.map(({ answer }) => answer), ["contradicted"]);
    assert.equal(found.refund.state, "needs_attention");
    const events = await world.own.db.selectFrom("audit_event").select("id")
      .where("kind", "=", "checkout.return_contradicted").execute();
    assert.equal(events.length, 1);

    const fund = await balanceOf(world, id, "insurance:fund");
    assert.notEqual(fund, 0n);
    assert.equal(await aloneCannot(desk, id, "insurance_corrected"), "refund.own_request");
    const corrected = await twoDo(desk, id, "insurance_corrected");
    assert.equal(corrected.refund.state, "needs_attention");
    assert.equal(await balanceOf(world, id, "insurance:fund"), 0n, "insurance has not paid back");
    assert.ok(await balanceOf(world, id, "patient:hold") < 0n, "what it paid is held, to go back");
    await assertChecks(world);
    await twoDo(desk, id, "returned_by_hand");
    const end = await goOn(desk, id);
    assert.equal(end.refund.state, "returned", JSON.stringify(end));
    assert.equal(await balanceOf(world, id, "insurance:fund"), fund);
    assert.equal(await balanceOf(world, id, "patient:hold"), 0n);
    await assertChecks(world);
  });

  await t.step("stated not done, only its people's own return goes on from there", async () => {
    const { id, desk } = await unknown("lose_request");
    const stated = await twoDo(desk, id, "insurance_not_done");
    assert.equal(stated.refund.state, "needs_attention");
    const before = await balanceOf(world, id, "insurance:fund");
    assert.equal(before, 0n, "nothing is posted as voided");
    await twoDo(desk, id, "returned_by_hand");
    const end = await goOn(desk, id);
    assert.equal(end.refund.state, "returned", JSON.stringify(end));
    assert.notEqual(await balanceOf(world, id, "insurance:fund"), 0n);
    assert.equal(await balanceOf(world, id, "patient:hold"), 0n);
    world.faults.clear();
  });
});

/** As an order's acts are: its evidence sealed. */
async function writeCheckoutAct(world: World, orderId: string): Promise<void> {
  const { sealer } = world.services.platform;
  const evidence = "对账单第 4 页";
  await world.own.db.insertInto("checkout_act").values({
    id: world.id(),
    order_id: orderId,
    at: timeOfId(orderId),
    institution_id: world.id(),
    kind: "close",
    leg: null,
    outcome: null,
    evidence_sealed: await sealer.seal("checkout_act.evidence", evidence),
    evidence_index: await sealer.index("checkout_act.evidence", evidence),
    evidence_number: null,
    evidence_digest: null,
    asked_by: world.id(),
    asked_by_name: "吴浩",
    asked_at: world.clock.now(),
    state: "asked",
    decided_by: null,
    decided_by_name: null,
    decided_at: null,
    tag: new Uint8Array(16),
  }).execute();
}

/** What staff wrote about a refund and is still there. */
async function sealedTexts(world: World, id: string): Promise<Uint8Array[]> {
  const { db } = world.own;
  const texts = [
    ...await db.selectFrom("refund_request").select("note_sealed as text").where("id", "=", id)
      .execute(),
    ...await db.selectFrom("refund_act").select("evidence_sealed as text")
      .where("refund_id", "=", id).execute(),
    ...await db.selectFrom("checkout_act").select("evidence_sealed as text")
      .where("order_id", "=", id).execute(),
  ];
  return texts.flatMap(({ text }) => text ?? []);
}
