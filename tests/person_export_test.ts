import assert from "node:assert/strict";
import { configure, TextWriter, Uint8ArrayReader, ZipReader } from "@zip.js/zip.js";
import { shellActor } from "../server/modules/audit/actor.ts";
import { selectErasedSince } from "../server/modules/audit/subject/store.ts";
import { tradeReported } from "../server/modules/checkout/act_on_order.ts";
import { eraseLocked } from "../server/modules/identity/persons/erase_person.ts";
import { erasingOf } from "../server/personal_data.ts";
import { done } from "../server/platform/outcome.ts";
import { buildServices } from "../server/services.ts";
import { addPerson } from "./console.ts";
import { type CallConsole, callerOf, consoleAs } from "./console_callers.ts";
import { act, identifyByCard, orderAllBills, payShownCode, readOrder, settle } from "./visit.ts";
import { openWorld, type World } from "./world.ts";

/** What a person gets of his own, and what stays with others (个人信息保护法 第四十五、四十七条). */

const STORY = "two_bills";
const RELATIVE = "one_bill_resident";
const OPERATOR = "operator.li";
const REASON = "患者本人到窗口申请";
const PAYER = "oUpF8uMuAJO-of-the-relative";

Deno.test("the export of one person holds nothing of others", async (t) => {
  await using world = await openWorld();
  const { own: { db }, services: { platform: { sealer } } } = world;
  const person = world.person(STORY);
  const relative = world.person(RELATIVE);
  assert.ok(relative.phone && relative.card && person.phone);
  await identifyByCard(world, RELATIVE);
  const order = await paidVisit(world);
  const call = await operator(world);

  // The channel's own message names who paid, and HIS's free text somebody else.
  const [evidence] = await db.selectFrom("payment_evidence").selectAll().execute();
  assert.ok(evidence);
  const body = JSON.parse(await sealer.open("payment_evidence.body", evidence.body_sealed));
  const named = JSON.stringify({ ...body, buyerId: PAYER, buyerName: relative.name });
  await db.updateTable("payment_evidence")
    .set({ body_sealed: await sealer.seal("payment_evidence.body", named) }).execute();
  const fulfilled = {
    receiptNumber: "R1",
    guidance: [`家属 ${relative.phone} 代取药，证件 ${relative.idNumber}`],
  };
  await db.updateTable("checkout_order").set({
    fulfilled_sealed: await sealer.seal("checkout_order.fulfilled", JSON.stringify(fulfilled)),
  }).where("id", "=", order.id).execute();
  const patientId = await find(call, person.idNumber);
  await handledByOperator(world, call, patientId);

  const { files, whole } = await exportOf(call, patientId);
  const all = [...files.values()].join("\n");

  await t.step("it is whole: what the person himself is and did", () => {
    assert.equal(whole.identity.rows[0].姓名, person.name);
    assert.ok(all.includes(person.idNumber) && all.includes(person.phone));
    const [bill] = whole.orders.rows;
    for (const field of ["项目", "科室", "诊断", "收费明细", "票据号", "后续指引"]) {
      assert.ok(bill[field], field);
    }
    assert.equal(whole.payments.rows[0].金额分, String(order.quote?.cashFen));
    assert.equal(whole.consents.rows.length, 2);
    assert.ok(
      whole.events.rows.some((row: { 操作者类别: string }) => row.操作者类别 === "user"),
    );
  });

  await t.step("nothing in it is of the relative who paid", () => {
    assert.ok(relative.card);
    const others = [
      PAYER,
      relative.name,
      relative.idNumber,
      relative.phone,
      relative.card.number,
      relative.card.identifier,
      relative.psnNo,
      evidence.headers,
    ];
    for (const clear of others) assert.ok(!all.includes(clear), clear);
    const { 渠道流水号尾号: end } = whole.payments.rows[0];
    assert.equal(end.length, 6);
    assert.ok(whole.orders.rows[0].后续指引.includes("代取药"), "the rest of the text stays");
  });

  await t.step("nor of clinicians and operators", async () => {
    const [row] = await db.selectFrom("checkout_order").selectAll().where("id", "=", order.id)
      .execute();
    assert.ok(row?.priced_sealed);
    const { visit } = JSON.parse(await sealer.open("checkout_order.priced", row.priced_sealed));
    const { id: accountId } = await db.selectFrom("account").select("id")
      .where("login", "=", OPERATOR).executeTakeFirstOrThrow();
    const staff = [visit.doctor.name, visit.doctor.code, OPERATOR, accountId, `职员${OPERATOR}`];
    for (const clear of staff) assert.ok(!all.includes(clear), clear);
    for (const note of [REASON, "监护人", "13900001111", "192.0.2.7"]) {
      assert.ok(!all.includes(note), note);
    }
    assert.equal([...whole.orders.rows[0].医生][0], visit.doctor.name[0]);
    assert.ok(whole.orders.rows[0].医生.includes("*"));
  });

  await t.step("and what is kept of him after erasing names the channel's messages", async () => {
    const reply = await call("POST", `/persons/${patientId}/erase`, { reason: REASON });
    assert.equal(reply.status, 200, await reply.clone().text());
    const { kept } = await reply.json();
    const notices = kept.find(({ what }: { what: string }) => what.startsWith("支付通知原文"));
    assert.equal(notices?.rows, 1);
  });
});

Deno.test("money that comes late for an erased person goes back all the same", async () => {
  await using world = await openWorld();
  let order = await orderAllBills(world, STORY);
  order = await act(world, order, "confirm", { quoteVersion: order.quote?.version });
  order = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  assert.equal((await settle(world, order, { stepMs: 30_000 })).state, "unwound");
  const call = await operator(world);
  const patientId = await find(call, world.person(STORY).idNumber);
  const erased = await call("POST", `/persons/${patientId}/erase`, { reason: REASON });
  assert.equal(erased.status, 200, await erased.clone().text());

  const { platform } = world.services;
  const refunds: bigint[] = [];
  const services = buildServices({
    ...platform,
    parties: {
      ...platform.parties,
      aggregatePay: {
        ...platform.parties.aggregatePay,
        query: ({ amount }) =>
          Promise.resolve(done({
            state: "paid",
            amount,
            asAsked: true,
            reference: "LATE",
            wallet: "WXPAY",
            paidAt: world.clock.now(),
          })),
        refund(_order, { amount }) {
          refunds.push(amount);
          return Promise.resolve(done({ state: "refunded", amount, reference: "BACK" }));
        },
      },
    },
  });
  const { db } = world.own;
  const trade = await db.selectFrom("payment_trade").selectAll().where("order_id", "=", order.id)
    .executeTakeFirstOrThrow();
  await tradeReported(services.checkout, { orderId: order.id, tradeId: trade.id });
  const { state } = await db.selectFrom("checkout_order").select("state")
    .where("id", "=", order.id).executeTakeFirstOrThrow();
  assert.deepEqual([state, refunds], ["unwound", [trade.amount_fen]]);
});

Deno.test("an erasing is done again after an older backup was restored", async () => {
  await using world = await openWorld();
  const { own: { db }, services: { platform, audit } } = world;
  await identifyByCard(world, STORY);
  const call = await operator(world);
  const id = await find(call, world.person(STORY).idNumber);
  const backup = {
    patient: await db.selectFrom("patient").selectAll().where("id", "=", id)
      .executeTakeFirstOrThrow(),
    media: await db.selectFrom("patient_credential").selectAll().execute(),
    seen: await db.selectFrom("patient_institution").selectAll().execute(),
  };
  const before = world.clock.now();
  assert.equal((await call("POST", `/persons/${id}/erase`, { reason: REASON })).status, 200);
  const list = await selectErasedSince(db, before);
  assert.deepEqual(list.map(({ patient_id }) => patient_id), [id]);

  await db.updateTable("patient").set(backup.patient).where("id", "=", id).execute();
  await db.insertInto("patient_credential").values(backup.media).execute();
  await db.insertInto("patient_institution").values(backup.seen).execute();
  assert.equal(await find(call, world.person(STORY).idNumber), id, "he is back");

  const deps = { audit, clock: world.clock, erasing: erasingOf(platform) };
  const again = { id, reason: "恢复备份后再次删除" };
  const erasure = await eraseLocked(deps, shellActor("张工"), again);
  assert.ok(erasure?.erased.some(({ what }) => what === "卡、码等介质"));
  const row = await db.selectFrom("patient").selectAll().where("id", "=", id)
    .executeTakeFirstOrThrow();
  assert.deepEqual([row.name_sealed, row.id_number_index], [null, null]);
  assert.equal(await eraseLocked(deps, shellActor("张工"), again), null, "once is enough");
  const told = await db.selectFrom("audit_event").select("actor_kind")
    .where("kind", "=", "identity.person_erased").orderBy("id").execute();
  assert.deepEqual(told.map(({ actor_kind }) => actor_kind), ["user", "shell"]);
});

async function operator(world: World): Promise<CallConsole> {
  await addPerson(world, {
    login: OPERATOR,
    permissions: ["person.read", "person.reveal", "person.export", "person.erase"],
  });
  return consoleAs(world, await callerOf(world, OPERATOR));
}

async function find(call: CallConsole, idNumber: string): Promise<string> {
  const reply = await call("POST", "/persons/search", { by: "id_number", value: idNumber });
  const { persons: [found] } = await reply.json();
  return found.id;
}

async function handledByOperator(world: World, call: CallConsole, patientId: string) {
  const consent = {
    id: world.id(),
    identificationId: await identifyByCard(world, STORY),
    purpose: "notification",
    decision: "given",
    noticeVersion: "2026-11",
  };
  assert.equal((await world.call("POST", "/consents", consent)).status, 204);
  const path = `/persons/${patientId}`;
  await call("POST", `${path}/reveal`, { fields: ["name"], reason: REASON });
  world.clock.advance(1_000);
  const evidence = "监护人 13900001111 代办";
  const withdrawal = { purpose: "notification", evidence };
  assert.equal((await call("POST", `${path}/consents/withdraw`, withdrawal)).status, 200);
}

async function paidVisit(world: World) {
  let order = await orderAllBills(world, STORY);
  order = await act(world, order, "confirm", { quoteVersion: order.quote?.version });
  order = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  await payShownCode(world, order);
  await settle(world, order);
  return await readOrder(world, order);
}

async function exportOf(call: CallConsole, patientId: string) {
  const reply = await call("POST", `/persons/${patientId}/export`, { reason: REASON });
  assert.equal(reply.status, 200, await reply.clone().text());
  configure({ useWebWorkers: false });
  const reader = new ZipReader(new Uint8ArrayReader(new Uint8Array(await reply.arrayBuffer())));
  const files = new Map<string, string>();
  for (const entry of await reader.getEntries()) {
    if (!entry.directory) files.set(entry.filename, await entry.getData(new TextWriter()));
  }
  await reader.close();
  return { files, whole: JSON.parse(files.get("person.json") ?? "") };
}
