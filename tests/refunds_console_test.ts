import assert from "node:assert/strict";
import { sql } from "kysely";
import type { Permission } from "../server/modules/access/permission.ts";
import type { ConsoleRefund, RefundPage } from "../server/modules/refund/console/contract.ts";
import { assertBooksAgree } from "./books.ts";
import { addPerson } from "./console.ts";
import { type CallConsole, callerOf, consoleAs } from "./console_callers.ts";
import { payNewBills } from "./refund.ts";
import { checkBooks } from "../server/modules/ledger/check/check_books.ts";
import { checkLegs } from "../server/modules/checkout/check/check_legs.ts";
import { openWorld, START, type World } from "./world.ts";

/** Refunds at the window: over a limit another approves, and people end what parties refuse. */

const CLERK: readonly Permission[] = ["refund.read", "refund.request"];
const SEES_ORDERS: readonly Permission[] = ["refund.read", "order.read"];
const HEAD: readonly Permission[] = [...CLERK, "refund.approve"];
const DAYS_40_MS = 40 * 24 * 3_600_000;

async function signedIn(
  world: World,
  permissions: readonly Permission[],
  login = `person-${crypto.randomUUID().slice(0, 8)}`,
): Promise<CallConsole> {
  await addPerson(world, { login, permissions });
  return consoleAs(world, await callerOf(world, login));
}

async function read(reply: Response): Promise<ConsoleRefund> {
  assert.ok(reply.status < 300, await reply.clone().text());
  return await reply.json();
}

async function codeOf(reply: Response): Promise<string> {
  return (await reply.json()).code;
}

function ask(world: World, clerk: CallConsole, orderId: string): Promise<Response> {
  const body = { id: world.id(), orderId, lines: null, why: "duplicate", note: "重复缴费" };
  return clerk("POST", "/refunds", body);
}

async function goOn(world: World, clerk: CallConsole, { refund }: ConsoleRefund) {
  for (let round = 0; round < 6; round++) {
    world.clock.advance(5_000);
    await world.work();
  }
  return await read(await clerk("GET", `/refunds/${refund.id}`));
}

Deno.test("refunds at the window", async (t) => {
  await using world = await openWorld();
  const clerk = await signedIn(world, CLERK);
  const head = await signedIn(world, HEAD, "zhou.min");

  await t.step("under the limit staff gives back at once, on any day", async () => {
    const { order } = await payNewBills(world);
    const { refund } = await read(await ask(world, clerk, order.id));
    assert.equal(refund.askedBy, "staff");
    const end = await goOn(world, clerk, await read(await clerk("GET", `/refunds/${refund.id}`)));
    assert.equal(end.refund.state, "returned");
    await assertBooksAgree(world, "at the window");
    await assertBooksCheck(world);
    const { db } = world.own;
    const amend = (fen: number) => sql`update payment_refund set amount_fen = amount_fen + ${fen}`;
    await amend(-1).execute(db);
    const since = new Date(START.getTime() - 3_600_000);
    const [found, ...more] = await checkLegs({ db }, since);
    assert.deepEqual([found?.kind, found?.where], ["payment", `${refund.id} aggregate_pay`]);
    assert.equal((found?.expected ?? 0n) - (found?.found ?? 0n), 1n);
    assert.deepEqual(more, []);
    await amend(1).execute(db);
  });

  await t.step(
    "of a month insurance may have cleared, another than who asked approves",
    async () => {
      const { order } = await payNewBills(world);
      world.clock.advance(DAYS_40_MS);
      const asker = await signedIn(world, HEAD, "wu.hao");
      const waiting = await read(await ask(world, asker, order.id));
      assert.equal(waiting.refund.state, "asked");
      assert.equal(await codeOf(await ask(world, clerk, order.id)), "refund.in_another_refund");
      const path = `/refunds/${waiting.refund.id}`;
      const approval = { verdict: "approved", note: null };
      assert.equal(
        await codeOf(await asker("POST", `${path}/decide`, approval)),
        "refund.own_request",
      );
      assert.equal((await clerk("POST", `${path}/decide`, approval)).status, 403);
      const page: RefundPage = await (await head("GET", "/refunds?waiting=true&limit=5")).json();
      const ofPage = page.refunds.map(({ id, askedByName }) => [id, askedByName]);
      assert.deepEqual(ofPage, [[waiting.refund.id, "职员wu.hao"]]);
      await read(await head("POST", `${path}/decide`, approval));
      assert.equal((await goOn(world, clerk, waiting)).refund.state, "returned");
      assert.equal(await codeOf(await head("POST", `${path}/decide`, approval)), "refund.decided");
      const seen = await read(await clerk("GET", path));
      assert.deepEqual([seen.askedByName, seen.decidedByName], ["职员wu.hao", "职员zhou.min"]);
      await assertBooksAgree(world, "approved");
    },
  );

  await t.step(
    "what was rejected or withdrawn leaves the order to be asked for again",
    async () => {
      const { order } = await payNewBills(world);
      world.clock.advance(DAYS_40_MS);
      const first = await read(await ask(world, clerk, order.id));
      const no = { verdict: "rejected", note: "资料不全" };
      const rejected = await read(await head("POST", `/refunds/${first.refund.id}/decide`, no));
      assert.equal(rejected.refund.state, "rejected");
      const second = await read(await ask(world, clerk, order.id));
      const away = await read(await clerk("POST", `/refunds/${second.refund.id}/withdraw`));
      assert.equal(away.refund.state, "rejected");
      const third = await read(await ask(world, clerk, order.id));
      assert.equal(third.refund.state, "asked");
      const page: RefundPage = await (await clerk("GET", `/refunds?orderId=${order.id}&limit=5`))
        .json();
      const asked = [third, second, first].map(({ refund: { id } }) => id).sort().reverse();
      assert.deepEqual(page.refunds.map(({ id }) => id), asked);
      assert.ok(page.refunds.every(({ orderNumber }) => orderNumber === order.number));
    },
  );

  await t.step("cash that cannot go back is set aside, and paid out with evidence", async () => {
    const { order } = await payNewBills(world, { settlement: "self_pay" });
    world.faults.plan("aggregate_pay", "refund", { kind: "refuse", text: "账户已注销" }, 50);
    let view = await goOn(world, clerk, await read(await ask(world, clerk, order.id)));
    assert.equal(view.refund.state, "needs_attention");
    const path = `/refunds/${view.refund.id}/acts`;
    const early = { id: world.id(), kind: "pay_out", evidence: "收据" };
    assert.equal(await codeOf(await clerk("POST", path, early)), "refund.wrong_state");
    const act = { id: world.id(), kind: "suspend", evidence: "银行回函：账户已注销" };
    await read(await clerk("POST", path, act));
    await read(await clerk("POST", path, act));
    assert.equal(
      await codeOf(await clerk("POST", path, { ...act, id: world.id() })),
      "refund.act_waits",
    );
    view = await read(await head("POST", `${path}/${act.id}/decide`, { verdict: "done" }));
    assert.equal(view.refund.state, "returned", JSON.stringify(view));
    assert.equal(view.refund.parts[0]?.state, "suspended");
    assert.equal(await balanceOf(world, view.refund.id, "suspense"), -BigInt(view.refund.valueFen));
    await assertBooksCheck(world);
    world.clock.advance(1_000);
    const paidOut = { id: world.id(), kind: "pay_out", evidence: "患者签收的收据" };
    await read(await clerk("POST", path, paidOut));
    view = await read(await head("POST", `${path}/${paidOut.id}/decide`, { verdict: "done" }));
    assert.deepEqual(view.acts.map(({ state }) => state), ["done", "done"]);
    assert.deepEqual(view.acts.map(({ decidedByName }) => decidedByName), [
      "职员zhou.min",
      "职员zhou.min",
    ]);
    assert.equal(await balanceOf(world, view.refund.id, "suspense"), 0n);
    assert.equal(await balanceOf(world, view.refund.id, "patient:hold"), 0n);
    await assertBooksCheck(world);
    world.faults.clear();
    assert.deepEqual(view.acts.map(({ evidence }) => evidence), [null, null]);
    assert.equal(view.note, null);
    const auditor = await signedIn(world, SEES_ORDERS);
    const seen = await read(await auditor("GET", `/refunds/${view.refund.id}`));
    assert.equal(seen.note, "重复缴费");
    assert.deepEqual(seen.acts.map(({ evidence }) => evidence), [act.evidence, paidOut.evidence]);
  });

  await t.step("what staff wrote lies nowhere in clear (R-SEC-12)", async () => {
    const { db } = world.own;
    const rows = [
      ...await db.selectFrom("refund_request").selectAll().execute(),
      ...await db.selectFrom("refund_act").selectAll().execute(),
      ...await db.selectFrom("audit_event").selectAll().where("kind", "like", "refund.%").execute(),
    ];
    const text = rows.map((row) => Object.values(row).map(textOf).join(" ")).join("\n");
    assert.ok(text.includes("act_decided") && text.includes("suspend"));
    for (const written of ["重复缴费", "资料不全", "账户已注销", "签收"]) {
      assert.ok(!text.includes(written), written);
    }
  });

  await t.step("evidence that another's was put in place of is not acted on", async () => {
    const { db } = world.own;
    const { order } = await payNewBills(world, { settlement: "self_pay" });
    world.faults.plan("aggregate_pay", "refund", { kind: "refuse", text: "账户已注销" }, 50);
    const view = await goOn(world, clerk, await read(await ask(world, clerk, order.id)));
    const path = `/refunds/${view.refund.id}/acts`;
    const act = { id: world.id(), kind: "suspend", evidence: "银行回函" };
    await read(await clerk("POST", path, act));
    const other = await db.selectFrom("refund_act").select("evidence_sealed")
      .where("state", "=", "done").executeTakeFirstOrThrow();
    await db.updateTable("refund_act").set(other).where("id", "=", act.id).execute();
    const reply = await head("POST", `${path}/${act.id}/decide`, { verdict: "done" });
    assert.equal(await codeOf(reply), "refund.record_changed");
    await read(await head("POST", `${path}/${act.id}/decide`, { verdict: "rejected" }));
    world.faults.clear();
  });

  await t.step(
    "what insurance refuses to take back is taken back by hand, then goes on",
    async () => {
      const { order } = await payNewBills(world);
      world.faults.plan("insurance", "2208", { kind: "refuse", text: "已清算" }, 50);
      let view = await goOn(world, clerk, await read(await ask(world, clerk, order.id)));
      assert.equal(view.refund.state, "needs_attention");
      const path = `/refunds/${view.refund.id}/acts`;
      const act = { id: world.id(), kind: "returned_by_hand", evidence: "中心回执" };
      await read(await clerk("POST", path, act));
      await read(await head("POST", `${path}/${act.id}/decide`, { verdict: "done" }));
      view = await goOn(world, clerk, view);
      assert.equal(view.refund.state, "returned", JSON.stringify(view));
      assert.equal(await balanceOf(world, view.refund.id, "patient:hold"), 0n);
      await assertBooksCheck(world);
      world.faults.clear();
    },
  );
});

/** What `yikatong ledger check` looks at. */
async function assertBooksCheck({ own: { db } }: World): Promise<void> {
  const since = new Date(START.getTime() - 3_600_000);
  assert.deepEqual([...await checkBooks({ db }, since), ...await checkLegs({ db }, since)], []);
}

async function balanceOf(world: World, orderId: string, account: string): Promise<bigint> {
  const rows = await world.own.db.selectFrom("ledger_posting").selectAll()
    .where("order_id", "=", orderId).execute();
  return rows.reduce((sum, { debit, credit, amount_fen }) => {
    if (debit === account) return sum + amount_fen;
    return credit === account ? sum - amount_fen : sum;
  }, 0n);
}

/** As it could be read from the disk. */
function textOf(value: unknown): string {
  return value instanceof Uint8Array
    ? new TextDecoder().decode(value)
    : JSON.stringify(value, longs);
}

function longs(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
