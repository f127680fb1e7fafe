import assert from "node:assert/strict";
import type { Permission } from "../server/modules/access/permission.ts";
import { shellActor, systemActor } from "../server/modules/audit/actor.ts";
import { checkLegs } from "../server/modules/checkout/check/check_legs.ts";
import { beginWaitingParts } from "../server/modules/inpatient/jobs.ts";
import {
  type DischargeDeps,
  requestDischarge,
} from "../server/modules/inpatient/request_discharge.ts";
import type { DischargeOffer, DischargeView } from "../server/modules/inpatient/contract.ts";
import { checkBooks } from "../server/modules/ledger/check/check_books.ts";
import { changeSetting } from "../server/modules/settings/read_settings.ts";
import {
  type DepositTerms,
  SETTING_DEFAULTS,
  type SettingName,
  type SettingValue,
} from "../server/modules/settings/setting.ts";
import { addPerson } from "./console.ts";
import { type CallConsole, callerOf, consoleAs } from "./console_callers.ts";
import { assertBooksAgree, assertNothingForgotten, readBooks } from "./books.ts";
import {
  accountOf,
  admitPatient,
  askDischarge,
  endOfDischarge,
  type InPatient,
  orderDeposit,
  payDeposit,
  topUp,
  ward,
} from "./inpatient.ts";
import { askRefund, findRefundable } from "./refund.ts";
import { identifyByCard, readOrder } from "./visit.ts";
import { openWorld, START, type World } from "./world.ts";

/** Deposits of in-patients and what is left of them, at a terminal, against the sandbox's own books. */

const STORY = "card_v2";

Deno.test("in-patients at a terminal", async (t) => {
  await using world = await openWorld();
  const closed = await world.call(
    "GET",
    `/identifications/${await identifyByCard(world, STORY)}/inpatient`,
  );
  assert.equal(await codeOf(closed), "settings.service_closed_here");
  await set(world, "services.open", ["pay", "register", "inpatient"]);
  const test = (name: string, run: () => Promise<void>) =>
    t.step(name, async () => {
      await run();
      await assertBooksAgree(world, name);
      await assertNothingForgotten(world, name);
    });

  await test("R-PAY-18: a deposit of an offered amount is paid, posted and told", async () => {
    const patient = await admitPatient(world, STORY, "300.00");
    const before = await accountOf(world, patient);
    assert.deepEqual(before.topUp?.choices.map(({ id, amountFen }) => [id, amountFen]), [
      ["suggested", "230000"],
      ["preset-50000", "50000"],
      ["preset-100000", "100000"],
      ["preset-200000", "200000"],
      ["preset-500000", "500000"],
    ]);
    assert.equal(before.topUp?.typed, null);
    assert.match(before.maskedAdmissionNumber, /^[^*]+\*+[^*]+$/);
    assert.match(before.maskedName, /\*/);
    const order = await topUp(world, patient, { choice: "suggested" });
    assert.equal(order.quote?.cashFen, "230000");
    assert.equal(order.receipt?.title, "住院预交金充值");
    assert.ok(order.receipt?.guidance.some((text) => text.includes("2000.00")));
    assert.equal((await accountOf(world, patient)).balanceFen, "200000");
    const { bars } = await findRefundable(world, { order, ...patient });
    assert.deepEqual(bars, ["at_discharge"]);
    const asked = await askRefund(world, { order, ...patient });
    assert.equal(await codeOf(asked), "refund.at_discharge");
  });

  await test("amounts that are not offered are refused, and typed ones unless a setting allows", async () => {
    const patient = await admitPatient(world, STORY);
    const endOf = async (amount: unknown) => {
      const { state, reason } = await orderDeposit(world, patient, amount);
      return [state, reason];
    };
    const refused = ["unwound", "checkout.deposit_limits"];
    assert.deepEqual(await endOf({ choice: "preset-1" }), refused);
    assert.deepEqual(await endOf({ typedFen: "12345" }), refused);
    await set(world, "inpatient.deposits", terms({ typed: true, fenMax: 60_000 }));
    assert.deepEqual((await accountOf(world, patient)).topUp?.typed, {
      minFen: "10000",
      maxFen: "60000",
    });
    assert.deepEqual(await endOf({ typedFen: "9999" }), refused);
    assert.deepEqual(await endOf({ typedFen: "60001" }), refused);
    assert.deepEqual(await endOf({ choice: "preset-100000" }), refused);
    const order = await topUp(world, patient, { typedFen: "12345" });
    assert.equal(order.quote?.totalFen, "12345");
    await set(world, "inpatient.deposits", terms({}));
    const insured = await world.call("POST", "/orders", {
      id: world.id(),
      identificationId: patient.identificationId,
      payable: { kind: "deposit", amount: { choice: "preset-50000" } },
      settlement: "insurance",
    });
    assert.equal(await codeOf(insured), "checkout.not_insured");
  });

  await test("HIS loses its answer: the deposit is found and stands once", async () => {
    const patient = await admitPatient(world, STORY);
    world.faults.plan("his", "post", { kind: "lose_answer" });
    await topUp(world, patient);
    assert.equal((await accountOf(world, patient)).balanceFen, "50000");
  });

  await test("HIS refuses the posting: the money goes back", async () => {
    const patient = await admitPatient(world, STORY);
    const before = (await readBooks(world)).parties.bank;
    world.faults.plan("his", "post", { kind: "refuse", text: "已结算" });
    const order = await payDeposit(world, await orderDeposit(world, patient));
    assert.equal(order.state, "unwound");
    assert.equal((await readBooks(world)).parties.bank, before);
    assert.equal((await accountOf(world, patient)).balanceFen, "0");
  });

  await test("the stay is settled while the patient pays: the money goes back", async () => {
    const patient = await admitPatient(world, STORY);
    const order = await orderDeposit(world, patient);
    await ward(world, STORY, "settle-stay", { cost: "0.00" });
    const ended = await payDeposit(world, order);
    assert.deepEqual([ended.state, ended.reason], ["unwound", "checkout.not_admitted"]);
    const { topUp: none, discharge } = await accountOf(world, patient);
    assert.equal(none, null);
    assert.deepEqual(discharge?.bars, ["nothing_due"]);
    assert.equal((await orderDeposit(world, patient)).reason, "checkout.not_admitted");
  });

  await test("R-REF-07: what is due goes back over two deposits by two ways, newest first", async () => {
    const patient = await admitPatient(world, STORY);
    const older = await topUp(world, patient, { choice: "preset-100000" }, "ALIPAY");
    world.clock.advance(60_000);
    const newer = await topUp(world, patient, { choice: "preset-50000" }, "WXPAY");
    const early = await askDischarge(world, patient);
    assert.equal(await codeOf(early), "inpatient.not_settled");
    await ward(world, STORY, "settle-stay", { cost: "800.00" });
    const { discharge } = await accountOf(world, patient);
    assert.deepEqual(discharge?.parts.map(({ amountFen, to }) => [amountFen, to]), [
      ["50000", "微信支付"],
      ["20000", "支付宝"],
    ]);
    assert.deepEqual([discharge?.dueFen, discharge?.elsewhereFen], ["70000", "0"]);
    const reply = await askDischarge(world, patient);
    const view = await endOfDischarge(world, reply);
    assert.equal(view.state, "returned", JSON.stringify(view));
    assert.deepEqual([view.hereFen, view.elsewhereFen], ["70000", "0"]);
    assert.deepEqual(
      view.refunds.map(({ orderId, valueFen, why }) => [orderId, valueFen, why]).sort(),
      [[newer.id, "50000", "discharged"], [older.id, "20000", "discharged"]].sort(),
    );
    const { refunds = [] } = await readOrder(world, older);
    assert.deepEqual(refunds.map(({ cashFen, state }) => [cashFen, state]), [[
      "20000",
      "returned",
    ]]);
    assert.equal((await accountOf(world, patient)).balanceFen, "0");
    const again = await askDischarge(world, patient, view.id);
    assert.equal(again.status, 200);
    assert.deepEqual((await again.json()).refunds.length, 2);
    assert.equal(await codeOf(await askDischarge(world, patient)), "inpatient.nothing_due");
    // The stay is settled anew: more of the same deposits is due.
    await ward(world, STORY, "settle-stay", { cost: "500.00" });
    const more = await endOfDischarge(world, await askDischarge(world, patient));
    assert.deepEqual(more.refunds.map(({ orderId, valueFen }) => [orderId, valueFen]), [
      [older.id, "30000"],
    ]);
    assert.equal(more.state, "returned");
  });

  await test("what was paid in at the window is paid out there", async () => {
    const patient = await admitPatient(world, STORY);
    await topUp(world, patient);
    await ward(world, STORY, "window-deposit", { amount: "700.00" });
    await ward(world, STORY, "settle-stay", { cost: "100.00" });
    const view = await endOfDischarge(world, await askDischarge(world, patient));
    assert.deepEqual([view.dueFen, view.hereFen, view.elsewhereFen], ["110000", "50000", "60000"]);
    assert.equal(view.state, "returned");
    assert.deepEqual((await accountOf(world, patient)).discharge?.bars, ["not_paid_here"]);
  });

  await test("a process that stops between two parts leaves none of them behind", async () => {
    const patient = await admitPatient(world, STORY);
    const older = await topUp(world, patient);
    world.clock.advance(60_000);
    await topUp(world, patient, { choice: "preset-50000" }, "WXPAY");
    await ward(world, STORY, "settle-stay", { cost: "0.00" });
    const { inpatient } = world.services;
    const id = world.id();
    const isAsked = async () =>
      (await world.own.db.selectFrom("inpatient_discharge").select("id").where("id", "=", id)
        .execute()).length > 0;
    const stopped: typeof inpatient = {
      ...inpatient,
      async siteOf(order: { readonly terminalId: string; readonly id?: string }) {
        if (order.id === older.id && await isAsked()) throw new Error("stopped");
        return await inpatient.siteOf(order);
      },
    };
    await assert.rejects(askAs(world, stopped, { id, patient }), { message: "stopped" });
    world.clock.advance(60_000);
    await world.work();
    await beginWaitingParts(inpatient);
    await world.work();
    const view: DischargeView = await (await world.call("GET", `/discharge-refunds/${id}`)).json();
    assert.deepEqual([view.state, view.hereFen], ["returned", "100000"]);
  });

  await test("many requests at once give back once", async () => {
    const patient = await admitPatient(world, STORY);
    await topUp(world, patient);
    await topUp(world, patient, { choice: "preset-100000" }, "WXPAY");
    const before = (await readBooks(world)).parties.bank;
    await ward(world, STORY, "settle-stay", { cost: "0.00" });
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => askDischarge(world, patient)),
    );
    const made = replies.filter(({ status }) => status === 201);
    assert.equal(made.length, 1);
    for (const reply of replies.filter((each) => each !== made[0])) {
      const code = await codeOf(reply);
      assert.ok(["inpatient.in_another_refund", "inpatient.nothing_due"].includes(code), code);
    }
    assert.ok(made[0]);
    assert.equal((await endOfDischarge(world, made[0])).state, "returned");
    assert.equal(before - (await readBooks(world)).parties.bank, 150_000n);
  });

  await test("HIS loses its answer to a refund: it goes back once; it refuses: nothing goes", async () => {
    const patient = await admitPatient(world, STORY);
    await topUp(world, patient);
    await ward(world, STORY, "settle-stay", { cost: "0.00" });
    world.faults.plan("his", "return_deposit", { kind: "refuse", text: "账务冻结" });
    const refused = await endOfDischarge(world, await askDischarge(world, patient));
    assert.deepEqual([refused.state, refused.hereFen], ["refused", "0"]);
    world.faults.plan("his", "return_deposit", { kind: "lose_answer" });
    const view: DischargeView = await endOfDischarge(world, await askDischarge(world, patient));
    assert.deepEqual([view.state, view.hereFen], ["returned", "50000"]);
  });

  await test("staff gives back at the window what the terminal may not, and only where he is", async () => {
    const patient = await admitPatient(world, STORY);
    const order = await topUp(world, patient);
    const clerk = await clerkOf(world, ["refund.request"]);
    const offered = await clerk("GET", `/orders/${order.id}/discharge`);
    assert.equal(await codeOf(offered), "inpatient.not_settled");
    await ward(world, STORY, "settle-stay", { cost: "100.00" });
    const offer: DischargeOffer = await (await clerk("GET", `/orders/${order.id}/discharge`))
      .json();
    assert.deepEqual([offer.dueFen, offer.bars], ["40000", []]);
    const body = { id: world.id(), orderId: order.id };
    const asked = await clerk("POST", "/discharge-refunds", body);
    assert.equal(asked.status, 201, await asked.clone().text());
    await world.work();
    const view: DischargeView = await (await clerk("GET", `/discharge-refunds/${body.id}`)).json();
    assert.deepEqual([view.state, view.hereFen], ["returned", "40000"]);
    assert.deepEqual(view.refunds.map(({ askedBy }) => askedBy), ["staff"]);
    assert.equal((await clerk("POST", "/discharge-refunds", body)).status, 200);
    // It is the terminal's no more than another's.
    assert.equal((await world.call("GET", `/discharge-refunds/${body.id}`)).status, 404);
    const reader = await clerkOf(world, ["refund.read"]);
    assert.equal((await reader("POST", "/discharge-refunds", body)).status, 403);
  });

  await test("over the window's limit another approves what is given back (R-REF-07)", async () => {
    await set(world, "refund.limits", {
      ...SETTING_DEFAULTS["refund.limits"],
      staffFenMax: 60_000,
    });
    const patient = await admitPatient(world, STORY);
    const order = await topUp(world, patient);
    world.clock.advance(60_000);
    await topUp(world, patient, { choice: "preset-50000" }, "WXPAY");
    await ward(world, STORY, "settle-stay", { cost: "300.00" });
    const before = (await readBooks(world)).parties.bank;
    const clerk = await clerkOf(world, ["refund.request", "refund.approve", "refund.read"]);
    const head = await clerkOf(world, ["refund.request", "refund.approve", "refund.read"]);
    const offerPath = `/orders/${order.id}/discharge`;
    const offer: DischargeOffer = await (await clerk("GET", offerPath)).json();
    assert.deepEqual([offer.hereFen, offer.needsApproval, offer.bars], ["70000", true, []]);
    const ask = async (): Promise<DischargeView> => {
      const asked = await clerk("POST", "/discharge-refunds", {
        id: world.id(),
        orderId: order.id,
      });
      assert.equal(asked.status, 201, await asked.clone().text());
      return await asked.json();
    };
    const decide = (who: CallConsole, id: string, verdict: "approved" | "rejected") =>
      who("POST", `/refunds/${id}/decide`, { verdict, note: null });

    const first = await ask();
    assert.deepEqual(first.refunds.map(({ state }) => state), ["asked", "asked"]);
    await beginWaitingParts(world.services.inpatient);
    await world.work();
    assert.equal((await readBooks(world)).parties.bank, before, "nothing moves");
    const busy: DischargeOffer = await (await head("GET", offerPath)).json();
    assert.deepEqual(busy.bars, ["in_another_refund"]);
    assert.equal(
      await codeOf(await askDischarge(world, patient)),
      "inpatient.in_another_refund",
    );
    for (const { id } of first.refunds) {
      assert.equal(await codeOf(await decide(clerk, id, "approved")), "refund.own_request");
      assert.equal((await decide(head, id, "rejected")).status, 200);
    }
    const rejected: DischargeView = await (await clerk("GET", `/discharge-refunds/${first.id}`))
      .json();
    assert.deepEqual([rejected.state, rejected.hereFen], ["refused", "0"]);

    const second = await ask();
    world.clock.advance(60_000);
    for (const { id } of second.refunds) {
      const decided = await decide(head, id, "approved");
      assert.equal(decided.status, 200, await decided.clone().text());
    }
    await world.work();
    const view: DischargeView = await (await clerk("GET", `/discharge-refunds/${second.id}`))
      .json();
    assert.deepEqual([view.state, view.hereFen], ["returned", "70000"]);
    assert.equal(before - (await readBooks(world)).parties.bank, 70_000n);
    assert.equal(
      await codeOf(await decide(head, second.refunds[0]?.id ?? "", "approved")),
      "refund.decided",
    );
    await set(world, "refund.limits", SETTING_DEFAULTS["refund.limits"]);
  });

  await test("what was booked follows from the orders, and from the channels", async () => {
    const { db } = world.own;
    assert.deepEqual([...await checkBooks({ db }, START), ...await checkLegs({ db }, START)], []);
  });

  await test("above the terminal's limit it goes at the window", async () => {
    const patient = await admitPatient(world, STORY);
    await topUp(world, patient);
    await ward(world, STORY, "settle-stay", { cost: "0.00" });
    await set(world, "inpatient.deposits", terms({ refundFenMax: 49_999 }));
    assert.deepEqual((await accountOf(world, patient)).discharge?.bars, ["over_limit"]);
    assert.equal(await codeOf(await askDischarge(world, patient)), "inpatient.over_limit");
    await set(world, "inpatient.deposits", terms({}));
  });
});

/** As the terminal's route asks. */
async function askAs(
  { services, terminal }: World,
  deps: DischargeDeps,
  { id, patient }: { readonly id: string; readonly patient: InPatient },
): Promise<void> {
  const site = await services.sites.get(terminal.id);
  const ids = await services.inpatient.patientIdsOf(patient.identificationId);
  await requestDischarge(deps, {
    id,
    actor: { ...systemActor("test"), kind: "terminal", id: terminal.id },
    asker: { by: "patient", terminalId: terminal.id },
    authorise: () =>
      Promise.resolve({
        patientId: ids.patientId,
        hisPatientId: ids.hisPatientId ?? "",
        institutionId: site.institution.id,
        site: services.insuranceSiteOf(site),
        fenMax: null,
        approvalOverFen: null,
      }),
  });
}

async function clerkOf(world: World, permissions: readonly Permission[]): Promise<CallConsole> {
  const login = `person-${crypto.randomUUID().slice(0, 8)}`;
  await addPerson(world, { login, permissions });
  return consoleAs(world, await callerOf(world, login));
}

async function codeOf(reply: Response): Promise<string> {
  return (await reply.json()).code;
}

function terms(own: Partial<DepositTerms>): DepositTerms {
  return { ...SETTING_DEFAULTS["inpatient.deposits"], ...own };
}

async function set<Name extends SettingName>(
  world: World,
  name: Name,
  value: SettingValue<Name>,
): Promise<void> {
  const { clock, services } = world;
  await world.own.db.transaction().execute((tx) =>
    changeSetting({ clock, audit: services.audit, rowTags: services.rowTags }, tx, {
      change: { scopeId: world.terminal.id, name, value },
      actor: shellActor("test"),
    })
  );
  // Terminals' sites are kept for two seconds.
  clock.advance(3_000);
}
