import assert from "node:assert/strict";
import type { HisPatient } from "../server/gateways/his/wire.ts";
import { deleteOverRequests } from "../server/modules/billing/requests/jobs.ts";
import type {
  PaymentRequest,
  RequestPage,
  StaffRequestPage,
} from "../server/modules/billing/requests/contract.ts";
import type { Organisation } from "../server/modules/access/organisation.ts";
import { getOrganisation } from "../server/modules/access/find_organisation.ts";
import { shellActor } from "../server/modules/audit/actor.ts";
import { changeSetting } from "../server/modules/settings/read_settings.ts";
import { assertBooksAgree } from "./books.ts";
import {
  answered,
  type CallConsole,
  callerWith,
  consoleAs,
  PROGRAM,
  refused,
} from "./console_callers.ts";
import { act, orderAllBills, payShownCode, readOrder, settle } from "./visit.ts";
import { openWorld, type World } from "./world.ts";

/** A hospital's own system asks, a phone at the slip pays (R-PAY-09, R-PAY-15, R-PAY-21). */

const WECHAT = { "user-agent": "Mozilla/5.0 (Linux; Android 10) MicroMessenger/8.0.50" };
const DAY_MS = 86_400_000;

interface Desk {
  readonly world: World;
  readonly institution: Organisation;
  readonly patient: HisPatient;
  readonly billIds: readonly string[];
  readonly call: CallConsole;
}

async function openDesk(world: World, story: string): Promise<Desk> {
  const db = world.own.db;
  const institution = await getOrganisation({ db }, world.terminal.institutionId);
  const { his } = world.services.platform.parties;
  const by = { kind: "id_number", idNumber: world.person(story).idNumber } as const;
  const found = await his.findPatient({ institutionCode: institution.code, by });
  assert.ok(found.kind === "done" && found.value);
  const patientId = found.value.patientId;
  const listed = await his.listBills({ institutionCode: institution.code, patientId });
  assert.ok(listed.kind === "done");
  const holder = callerWith(PROGRAM, ["payment.request"], institution.path);
  return {
    world,
    institution,
    patient: found.value,
    billIds: listed.value.map(({ billId }) => billId),
    call: consoleAs(world, holder),
  };
}

function bodyOf(desk: Desk, number: string, other: Record<string, unknown> = {}) {
  return {
    institution: desk.institution.code,
    number,
    patientNumber: desk.patient.patientId,
    bills: { billIds: desk.billIds },
    expiresInHours: 24,
    ...other,
  };
}

async function ask(desk: Desk, number: string): Promise<PaymentRequest> {
  return await answered(desk.call("POST", "/payment-requests", bodyOf(desk, number)), 201);
}

function addressOf({ institution }: Desk, number: string): string {
  return `/payment-requests/${institution.code}/${number}`;
}

async function statusOf(desk: Desk, number: string): Promise<PaymentRequest> {
  return await answered(desk.call("GET", addressOf(desk, number)));
}

function pathOf({ url }: PaymentRequest): string {
  assert.ok(url);
  assert.match(url, /^https:\/\/phones\.test\/m\/slip\/[0-9a-f]{32}$/);
  return new URL(url).pathname;
}

async function look(world: World, path: string): Promise<string> {
  return await (await world.app.request(path, { headers: WECHAT })).text();
}

/** Presses the page's one button, as it stands. */
async function press(world: World, path: string, text?: string): Promise<string> {
  const page = text ?? await look(world, path);
  const field = (name: string) =>
    new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? "";
  const reply = await world.app.request(path, {
    method: "POST",
    headers: { ...WECHAT, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ id: field("id"), shown: field("shown"), way: "show_code" })
      .toString(),
  });
  assert.equal(reply.status, 303);
  return await look(world, reply.headers.get("location") ?? "");
}

async function payAtBank(world: World, page: string): Promise<void> {
  const codeText = /href="(https?:[^"]+)"/.exec(page)?.[1];
  assert.ok(codeText, page);
  const body = { do: "pay", codeText };
  assert.equal((await world.control("/aggregate-pay/sandbox/phone", body)).status, 200);
}

async function workFor(world: World, rounds: number): Promise<void> {
  for (let n = 0; n < rounds; n++) {
    world.clock.advance(5_000);
    await world.work();
  }
}

async function setIntake(world: World, open: boolean): Promise<void> {
  const { audit, rowTags } = world.services;
  const scopeId = world.terminal.institutionId;
  const value = { open, text: "本院正在切换系统，请到窗口" };
  const change = { scopeId, name: "checkout.intake", value } as const;
  await world.own.db.transaction().execute((tx) =>
    changeSetting({ clock: world.clock, audit, rowTags }, tx, { change, actor: shellActor("test") })
  );
  world.clock.advance(3_000);
}

Deno.test("a hospital's slip is paid by phone, once, at HIS's price (R-PAY-09, R-PAY-15)", async (t) => {
  await using world = await openWorld();
  const desk = await openDesk(world, "two_bills");
  const request = await ask(desk, "CF-1");
  const path = pathOf(request);

  await t.step(
    "the same number and content is the same request, other content a conflict",
    async () => {
      const again = await answered<PaymentRequest>(
        desk.call("POST", "/payment-requests", bodyOf(desk, "CF-1")),
      );
      assert.deepEqual(again, request);
      const other = bodyOf(desk, "CF-1", { patientNumber: "P2" });
      const code = await refused(desk.call("POST", "/payment-requests", other));
      assert.equal(code, "409 billing.number_taken");
      const { requests } = await answered<RequestPage>(
        desk.call("GET", `/payment-requests/${desk.institution.code}`),
      );
      assert.deepEqual(requests, [request]);
    },
  );

  await t.step("staff of the place sees that it was asked for, never its address", async () => {
    const staff = consoleAs(world, callerWith(PROGRAM, ["order.read"], desk.institution.path));
    const { url, ...facts } = request;
    const { requests, next } = await answered<StaffRequestPage>(staff("GET", "/payment-requests"));
    assert.deepEqual(requests, [{ ...facts, institutionName: desk.institution.name }]);
    assert.equal(next, null);
    assert.ok(url && !JSON.stringify(requests).includes(url.slice(-32)));
    const none = await answered<StaffRequestPage>(staff("GET", "/payment-requests?number=CF-0"));
    assert.deepEqual(none.requests, []);
    assert.equal(await refused(desk.call("GET", "/payment-requests")), "403 access.forbidden");
  });

  await t.step("what names the patient is sealed, and no address is stored", async () => {
    const row = await world.own.db.selectFrom("billing_request").selectAll()
      .executeTakeFirstOrThrow();
    const text = JSON.stringify(
      row,
      (_, value) => value instanceof Uint8Array ? new TextDecoder().decode(value) : value,
    );
    for (const secret of [desk.patient.patientId, path.slice(-32), ...desk.billIds]) {
      assert.ok(!text.includes(secret), secret);
    }
  });

  await t.step(
    "the page shows a masked name, the bills and their sum, without a script",
    async () => {
      const page = await look(world, path);
      assert.doesNotMatch(page, /<script/);
      assert.ok(!page.includes(desk.patient.name));
      assert.ok(page.includes(desk.patient.name.slice(0, 1)));
      assert.match(page, /要付/);
      assert.equal(
        await world.own.db.selectFrom("checkout_order").select("id").executeTakeFirst(),
        undefined,
      );
    },
  );

  await t.step("two phones at once make one order, and HIS is told once", async () => {
    const text = await look(world, path);
    const other = await look(world, path);
    await Promise.all([press(world, path, text), press(world, path, other)]);
    await workFor(world, 1);
    const page = await look(world, path);
    const orders = await world.own.db.selectFrom("checkout_order").selectAll().execute();
    assert.equal(orders.length, 1);
    assert.equal((await statusOf(desk, "CF-1")).state, "paying");
    await payAtBank(world, page);
    await workFor(world, 3);
    const paid = await statusOf(desk, "CF-1");
    assert.equal(paid.state, "paid");
    assert.equal(paid.url, null);
    assert.equal(paid.order?.id, orders[0]?.id);
    const done = await look(world, path);
    assert.match(done, /付款成功/);
    assert.match(done, /票据号/);
    assert.equal(
      await refused(desk.call("DELETE", addressOf(desk, "CF-1"))),
      "409 billing.request_paid",
    );
  });

  await t.step("a second slip of the same bills says that they are paid", async () => {
    const second = await ask(desk, "CF-2");
    assert.match(await look(world, pathOf(second)), /请勿重复付款/);
    await assertBooksAgree(world, "paid by a slip");
  });

  await t.step("a request goes weeks after its end, its order stays", async () => {
    world.clock.advance(30 * DAY_MS);
    assert.equal(await deleteOverRequests(world.services.platform), 0);
    world.clock.advance(2 * DAY_MS);
    assert.equal(await deleteOverRequests(world.services.platform), 2);
    assert.equal(await refused(desk.call("GET", addressOf(desk, "CF-1"))), "404 billing.not_found");
  });
});

Deno.test("a slip beside the kiosk: paid there, or on its way there (R-PAY-21)", async () => {
  await using world = await openWorld();
  const desk = await openDesk(world, "one_bill_resident");
  const path = pathOf(await ask(desk, "CF-3"));
  const before = await look(world, path);
  const order = await orderAllBills(world, "one_bill_resident", "self_pay");
  assert.match(await press(world, path, before), /正在自助机或另一部手机上支付/);
  assert.ok(order.quote);
  await act(world, order, "confirm", { quoteVersion: order.quote.version });
  await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  await payShownCode(world, await readOrder(world, order));
  assert.equal((await settle(world, order)).state, "completed");
  assert.match(await look(world, path), /没有待缴的费用/);
  assert.equal((await statusOf(desk, "CF-3")).state, "open");
  await assertBooksAgree(world, "paid at the kiosk");
});

Deno.test("a slip nobody finished is offered again, and a changed price is agreed anew", async () => {
  await using world = await openWorld();
  const desk = await openDesk(world, "habit");
  const path = pathOf(await ask(desk, "CF-4"));
  const shown = await look(world, path);
  await press(world, path, shown);
  for (let n = 0; n < 12; n++) await workFor(world, 5);
  const retry = await look(world, path);
  assert.match(retry, /上次没有付成/);
  const orders = () => world.own.db.selectFrom("checkout_order").selectAll().execute();
  assert.deepEqual((await orders()).map(({ state }) => state), ["unwound"]);

  const [billId = ""] = desk.billIds;
  await world.control(`/his/sandbox/bills/${billId}/amend`, {});
  const asked = await press(world, path, retry);
  assert.match(asked, /核对金额/);
  assert.notEqual(/¥([\d.]+)<\/p>/.exec(asked)?.[1], /¥([\d.]+)<\/p>/.exec(retry)?.[1]);
  assert.match(await press(world, path, retry), /核对金额/, "the old sum is not agreed to");

  await answered(desk.call("DELETE", addressOf(desk, "CF-4")));
  assert.match(await press(world, path, asked), /医院已撤回/, "no phone begins to pay it");
  for (let n = 0; n < 12; n++) await workFor(world, 5);
  assert.equal((await statusOf(desk, "CF-4")).state, "withdrawn");
  const next = pathOf(await ask(desk, "CF-4B"));
  await payAtBank(world, await press(world, next));
  await workFor(world, 3);
  assert.equal((await statusOf(desk, "CF-4B")).state, "paid");
  assert.deepEqual((await orders()).map(({ state }) => state).sort(), [
    "completed",
    "unwound",
    "unwound",
  ]);
  await assertBooksAgree(world, "paid the third time");
});

Deno.test("a slip that was withdrawn, ran out, or was meddled with takes no money", async (t) => {
  await using world = await openWorld();
  const desk = await openDesk(world, "card_v2");
  const orders = () => world.own.db.selectFrom("checkout_order").selectAll().execute();

  await t.step("withdrawn: told plainly, again the same", async () => {
    const path = pathOf(await ask(desk, "CF-5"));
    const before = await look(world, path);
    for (let n = 0; n < 2; n++) {
      const gone = await answered<PaymentRequest>(desk.call("DELETE", addressOf(desk, "CF-5")));
      assert.equal(gone.state, "withdrawn");
      assert.equal(gone.url, null);
    }
    assert.match(await press(world, path, before), /医院已撤回/);
  });

  await t.step("expired", async () => {
    const path = pathOf(await ask(desk, "CF-6"));
    const before = await look(world, path);
    world.clock.advance(DAY_MS);
    assert.match(await press(world, path, before), /已过期/);
    assert.equal((await statusOf(desk, "CF-6")).state, "expired");
  });

  await t.step(
    "a closed intake says where to go, and goes on with what is on its way",
    async () => {
      const path = pathOf(await ask(desk, "CF-7"));
      const before = await look(world, path);
      await setIntake(world, false);
      assert.match(await press(world, path, before), /本院正在切换系统，请到窗口/);
      const kiosk = await world.call("GET", "/settings");
      const { services } = await kiosk.json();
      assert.deepEqual(services[0], {
        service: "pay",
        open: false,
        reason: "switching",
        text: "本院正在切换系统，请到窗口",
      });
      await setIntake(world, true);
      assert.deepEqual(await orders(), []);
    },
  );

  await t.step(
    "an order on its way goes on when the request is withdrawn or intake closes",
    async () => {
      const path = pathOf(await ask(desk, "CF-8"));
      const page = await press(world, path);
      const told = await answered<PaymentRequest>(desk.call("DELETE", addressOf(desk, "CF-8")));
      assert.equal(told.state, "paying");
      assert.ok(told.withdrawnAt);
      await setIntake(world, false);
      await payAtBank(world, page);
      await workFor(world, 3);
      assert.equal((await statusOf(desk, "CF-8")).state, "paid");
      await setIntake(world, true);
      await assertBooksAgree(world, "withdrawn while it was paid");
    },
  );

  await t.step("a row somebody wrote into pays nothing", async () => {
    const path = pathOf(await ask(desk, "CF-9"));
    await world.own.db.updateTable("billing_request")
      .set({ expires_at: new Date(world.clock.now().getTime() + 99 * DAY_MS) })
      .where("external_number", "=", "CF-9").execute();
    const reply = await world.app.request(path, { headers: WECHAT });
    assert.equal(reply.status, 404);
    const code = await refused(desk.call("GET", addressOf(desk, "CF-9")));
    assert.equal(code, "409 billing.request_changed");
  });

  await t.step("one slip's sealed content in another's row shows and pays nothing", async () => {
    const [own, foreign] = [await ask(desk, "CF-11"), await ask(desk, "CF-12")];
    const { content_sealed } = await world.own.db.selectFrom("billing_request")
      .select("content_sealed").where("id", "=", foreign.id).executeTakeFirstOrThrow();
    await world.own.db.updateTable("billing_request").set({ content_sealed })
      .where("id", "=", own.id).execute();
    const reply = await world.app.request(pathOf(own), { headers: WECHAT });
    assert.equal(reply.status, 404);
    assert.doesNotMatch(await reply.text(), /¥/);
    const code = await refused(desk.call("GET", addressOf(desk, "CF-11")));
    assert.equal(code, "409 billing.request_changed");
  });

  await t.step(
    "HIS away: nothing is said to be paid or unpaid, and it is tried again",
    async () => {
      const path = pathOf(await ask(desk, "CF-10"));
      for (const call of ["bills", "find_patient"]) {
        world.faults.plan("his", call, { kind: "refuse", text: "维护" });
        assert.match(await look(world, path), /暂时查不到费用/);
      }
      assert.match(await look(world, path), /没有待缴的费用/);
    },
  );

  await t.step(
    "of a patient or bills HIS does not know: a definite no, never “later”",
    async () => {
      const strange = bodyOf(desk, "CF-13", { patientNumber: "P-NOBODY" });
      const request = await answered<PaymentRequest>(
        desk.call("POST", "/payment-requests", strange),
        201,
      );
      const page = await look(world, pathOf(request));
      assert.match(page, /单据与医院记录不符/);
      assert.doesNotMatch(page, /<form|过几分钟/);
      const bills = bodyOf(desk, "CF-14", { bills: { billIds: ["B-NOTHING"] } });
      const other = await answered<PaymentRequest>(
        desk.call("POST", "/payment-requests", bills),
        201,
      );
      assert.match(await look(world, pathOf(other)), /没有待缴的费用/);
    },
  );
});

Deno.test("a program asks for its own institutions alone, and rubbish is refused", async () => {
  await using world = await openWorld();
  const desk = await openDesk(world, "one_bill_resident");
  const other = await world.own.db.selectFrom("organisation").selectAll()
    .where("type", "is not", null).where("id", "<>", desk.institution.id)
    .where("parent_id", "<>", desk.institution.id).executeTakeFirstOrThrow();
  for (const institution of [other.code, "H00000000000", desk.institution.id]) {
    const code = await refused(
      desk.call("POST", "/payment-requests", bodyOf(desk, "CF-11", { institution })),
    );
    assert.equal(code, "404 access.not_found", institution);
    const asked = `/payment-requests/${institution}/CF-11`;
    assert.equal(await refused(desk.call("GET", asked)), "404 access.not_found");
    assert.equal(await refused(desk.call("DELETE", asked)), "404 access.not_found");
  }
  const nobody = consoleAs(world, PROGRAM);
  const path = addressOf(desk, "CF-11");
  assert.equal(await refused(nobody("GET", path)), "403 access.forbidden");
  for (
    const wrong of [
      { amountFen: "1" },
      { expiresInHours: 24 * 8 },
      { expiresInHours: 0 },
      { number: "中文" },
      { bills: { billIds: [] } },
      { bills: { billIds: [...desk.billIds, ...desk.billIds] } },
      { bills: { billIds: desk.billIds, visitId: "V1" } },
      { patientNumber: "" },
    ]
  ) {
    const reply = await desk.call("POST", "/payment-requests", bodyOf(desk, "CF-12", wrong));
    assert.equal(reply.status, 400, JSON.stringify(wrong));
  }
  for (const token of ["0".repeat(32), "short", "%00", "..%2f..%2fetc"]) {
    const page = await world.app.request(`/m/slip/${token}`, { headers: WECHAT });
    assert.ok([404, 400].includes(page.status), token);
    assert.doesNotMatch(await page.text(), /¥/);
    const pressed = await world.app.request(`/m/slip/${token}`, { method: "POST", body: "x=1" });
    assert.ok([303, 400, 404].includes(pressed.status), String(pressed.status));
  }
  const slip = pathOf(await ask(desk, "CF-13"));
  const noForm = { "content-type": "multipart/form-data" };
  const sent = await world.app.request(slip, { method: "POST", headers: noForm, body: "x" });
  assert.equal(sent.status, 303);
  const cursor = await desk.call("GET", `/payment-requests/${desk.institution.code}?cursor=x`);
  assert.equal(cursor.status, 400);
  for (const form of [{}, { id: "x", way: "show_code" }, { id: world.id(), way: "card" }]) {
    const body = new URLSearchParams(form);
    assert.equal((await world.app.request(slip, { method: "POST", body })).status, 303);
  }
  assert.equal((await statusOf(desk, "CF-13")).order, null);
});
