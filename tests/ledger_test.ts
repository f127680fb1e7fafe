import assert from "node:assert/strict";
import { sql } from "kysely";
import { holdLines } from "../cli/holds.ts";
import { checkLegs } from "../server/modules/checkout/check/check_legs.ts";
import { checkBooks } from "../server/modules/ledger/check/check_books.ts";
import type { PostingPage, TrialBalanceReply } from "../server/modules/ledger/contract.ts";
import { closeDays } from "../server/modules/ledger/days/close_days.ts";
import { listOpenHolds } from "../server/modules/ledger/open_holds.ts";
import { postMovement } from "../server/modules/ledger/post_movement.ts";
import type { Movement } from "../server/modules/ledger/posting.ts";
import { timeOfId } from "../server/platform/ids.ts";
import { addPerson } from "./console.ts";
import { type CallConsole, callerOf, consoleAs } from "./console_callers.ts";
import { act, orderAllBills, payShownCode, settle } from "./visit.ts";
import { openWorld, START, type World } from "./world.ts";

const HOUR_MS = 3_600_000;
const DAY = "2026-11-18";

Deno.test("the books of one visit: held with its age, closed by day, true at any time (R-BIL-11)", async (t) => {
  await using world = await openWorld();
  const { db } = world.own;
  const since = new Date(START.getTime() - 24 * HOUR_MS);

  await t.step("money that HIS did not post yet is held, and its age known", async () => {
    let order = await orderAllBills(world, "two_bills");
    order = await act(world, order, "confirm", { quoteVersion: 1 });
    order = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
    const [hold] = await listOpenHolds({ db }, world.clock.now());
    const insured = BigInt(order.quote?.totalFen ?? 0) - BigInt(order.quote?.cashFen ?? 0);
    assert.equal(hold?.amountFen, insured);
    const [line] = await holdLines(db, world.clock.now());
    assert.match(line ?? "", new RegExp(`^${order.number}  .*社区卫生.*医保已结算，患者没有付款$`));
    await payShownCode(world, order);
    order = await settle(world, order);
    assert.equal(order.stage, "completed");
    assert.deepEqual(await listOpenHolds({ db }, world.clock.now()), []);
    assert.deepEqual(await checkAll(world, since), []);
  });

  const noon = world.clock.now();

  await t.step(
    "a day is closed once it is over and processes with slow clocks have seen it",
    async () => {
      assert.deepEqual(await close(world), []);
      world.clock.advance(new Date("2026-11-18T16:09:00Z").getTime() - noon.getTime());
      assert.deepEqual(await close(world), []);
      world.clock.advance(HOUR_MS);
      assert.deepEqual(await close(world), [DAY]);
      assert.deepEqual(await close(world), []);
      assert.deepEqual(await checkAll(world, since), []);
    },
  );

  await t.step("what is posted late by a slow clock belongs to the day that is open", async () => {
    const id = world.id();
    const movement: Movement = {
      orderId: id,
      orderAt: timeOfId(id),
      institutionId: world.terminal.institutionId,
      leg: 0,
      postings: [{ debit: "channel:card_host", credit: "patient:hold", amount: 700n }],
    };
    const posted = { now: noon, tags: world.services.rowTags };
    await db.transaction().execute((tx) => postMovement(tx, movement, posted));
    const { business_day } = await db.selectFrom("ledger_posting").select("business_day")
      .where("order_id", "=", id).executeTakeFirstOrThrow();
    assert.equal(business_day, "2026-11-19");
  });

  await t.step("more than is held goes to suspense, and the hold is gone", async () => {
    const [hold] = await listOpenHolds({ db }, world.clock.now());
    assert.ok(hold);
    const movement: Movement = {
      ...hold,
      leg: 1,
      postings: [{ debit: "patient:hold", credit: "his:posted", amount: 900n }],
    };
    const posted = { now: world.clock.now(), tags: world.services.rowTags };
    await db.transaction().execute((tx) => postMovement(tx, movement, posted));
    assert.deepEqual(await listOpenHolds({ db }, world.clock.now()), []);
  });

  await addPerson(world, { login: "bookkeeper", permissions: ["ledger.read"] });
  const call = consoleAs(world, await callerOf(world, "bookkeeper"));

  await t.step("the trial balance of a day, and of an instant in it, sums to zero", async () => {
    const whole = await balance(call, `?day=${DAY}`);
    assert.equal(whole.closed, true);
    assert.equal(whole.total.balanceFen, "0");
    assert.equal(whole.total.debitFen, whole.total.creditFen);
    const posted = whole.accounts.find(({ account }) => account === "his:posted");
    assert.ok(BigInt(posted?.balanceFen ?? 0) < 0n);
    const early = await balance(call, `?at=${new Date(START.getTime() - 1).toISOString()}`);
    assert.deepEqual(early.accounts, []);
    const at = await balance(call, `?at=${noon.toISOString()}`);
    assert.deepEqual(at.accounts, whole.accounts);
    const next = await balance(call, "?day=2026-11-19");
    assert.equal(next.closed, false);
    const clearing = next.accounts.find(({ account }) => account === "channel:aggregate_pay");
    assert.notEqual(clearing?.openingFen, "0");
    assert.equal(next.accounts.find(({ account }) => account === "suspense")?.balanceFen, "200");
    const reply = await call("GET", `/ledger/trial-balance/export?day=${DAY}`);
    const csv = await reply.text();
    const total = csv.trim().split("\r\n").at(-1)?.split(",") ?? [];
    assert.equal(total[6], total[7]);
    assert.equal(total[8], total[9]);
  });

  await t.step("its postings come in pages, each once", async () => {
    const { organisation } = await balance(call, `?day=${DAY}`);
    const seen: string[] = [];
    for (let next: string | null = ""; next !== null;) {
      const path: string = `/ledger/postings?organisationId=${organisation.id}&day=${DAY}&limit=2` +
        (next === "" ? "" : `&cursor=${encodeURIComponent(next)}`);
      const page: PostingPage = await (await call("GET", path)).json();
      seen.push(...page.postings.map((row) => `${row.orderId} ${row.n}`));
      next = page.next;
    }
    const { count } = await db.selectFrom("ledger_posting").where("business_day", "=", DAY)
      .select((eb) => eb.fn.countAll().as("count")).executeTakeFirstOrThrow();
    assert.equal(seen.length, Number(count));
    assert.equal(new Set(seen).size, seen.length);
  });

  await t.step("the check names a channel that took in other than was posted", async () => {
    const at = (fen: number) =>
      sql`update payment_trade set paid_fen = paid_fen + ${fen} where state = 'paid'`.execute(db);
    await at(1);
    const found = await checkAll(world, since);
    assert.deepEqual([...new Set(found.map(({ kind }) => kind))], ["payment"]);
    assert.match(found[0]?.where ?? "", / aggregate_pay$/);
    assert.equal((found[0]?.expected ?? 0n) - (found[0]?.found ?? 0n), 1n);
    await at(-1);
    assert.deepEqual(await checkAll(world, since), []);
  });

  await t.step("the check names what was written past the platform", async () => {
    await sql`update ledger_posting set amount_fen = amount_fen + 1
      where business_day = ${DAY} and debit = 'patient:hold'`.execute(db);
    const kinds = (await checkAll(world, since)).map(({ kind }) => kind);
    assert.deepEqual([...new Set(kinds)].toSorted(), ["day_balance", "hold", "leg"]);
  });

  await t.step("the database refuses a hold below nothing", async () => {
    await assert.rejects(
      sql`insert into ledger_hold (order_id, at, institution_id, held_fen, since)
        values (${world.id()}, now(), ${world.id()}, -1, now())`.execute(db),
      /ledger_hold_held_fen_check/,
    );
  });
});

async function close(world: World): Promise<readonly string[]> {
  return await closeDays({ db: world.own.db, clock: world.clock, tags: world.services.rowTags });
}

async function checkAll({ own: { db } }: World, since: Date) {
  return [...await checkBooks({ db }, since), ...await checkLegs({ db }, since)];
}

async function balance(
  call: CallConsole,
  query: string,
): Promise<TrialBalanceReply> {
  const reply = await call("GET", `/ledger/trial-balance${query}`);
  assert.equal(reply.status, 200, await reply.clone().text());
  return await reply.json();
}
