import assert from "node:assert/strict";
import { PATIENT } from "../../../sandbox/insurance/worked_visit.ts";
import { testDb } from "../../../tests/db.ts";
import { type ClaimContext, claimKey } from "./claim.ts";
import {
  openStage,
  type Stage,
  STAGE_TIME,
  type StageOptions,
  tellAnswer,
  VISIT,
} from "./claim_stage_test.ts";
import type { Ask } from "./leg_answer.ts";
import { findClaimRow } from "./store.ts";
import { findClaim } from "./summary.ts";

const WORKED = "done 4879/2341/0/5420";

/** One step on a stage of its own; the database is the test's. */
type Play = (
  name: string,
  work: (stage: Stage) => Promise<void>,
  options?: StageOptions,
) => Promise<void>;

async function plays(t: Deno.TestContext, all: (play: Play) => Promise<void>): Promise<void> {
  await using own = await testDb(STAGE_TIME);
  await all(async (name, work, options = {}) => {
    await t.step(name, async () => {
      await using stage = await openStage({ ...options, own });
      await work(stage);
    });
  });
}

async function tellAll(stage: Stage, context: ClaimContext, asks: readonly Ask[]) {
  const told: string[] = [];
  for (const ask of asks) told.push(tellAnswer(await stage.ask(context, ask)));
  return told;
}

async function inForce(stage: Stage): Promise<number> {
  const rows = await stage.settlements();
  return rows.filter((row) => row.voids === null && row.voidedBy === null).length;
}

Deno.test("claimLeg() presettles, settles, voids and lets go", (t) =>
  plays(t, async (play) => {
    await play("presettles and settles the worked visit: 312.05 becomes 288.64", async (stage) => {
      const order = await stage.newOrder();
      assert.deepEqual(await tellAll(stage, order, ["prepare", "perform"]), [WORKED, WORKED]);
      const claim = await findClaim(stage.deps.db, order);
      assert.equal(claim?.split.balance, 28_864n);
      assert.equal(claim?.schemeName, "职工基本医疗保险");
      assert.deepEqual(stage.arrived, [
        "9001",
        "1101",
        "2201",
        "2203A",
        "2204",
        "2206A",
        "2207A",
      ]);
    });

    await play("keeps medins_setl_id: the msgid that was committed before 2207", async (stage) => {
      const order = await stage.newOrder();
      await stage.ask(order, "prepare");
      const plan = await stage.deps.db.transaction().execute((tx) =>
        stage.leg.plan(tx, order, "perform")
      );
      const stored = await findClaimRow(stage.deps.db, claimKey(order));
      assert.ok(plan.claim.settle_msgid);
      assert.equal(stored?.settle_msgid, plan.claim.settle_msgid);
      await stage.leg.call(plan);
      const messages = await stage.deps.db.selectFrom("insurance_message").selectAll()
        .where("order_id", "=", order.orderId).where("infno", "=", "2207").execute();
      assert.deepEqual(
        messages.map((message) => [message.msgid, message.state, message.outcome, message.infcode]),
        [[plan.claim.settle_msgid, "answered", "done", "0"]],
      );
    });

    await play("undoes a settlement with 2208 and lets the visit go", async (stage) => {
      const order = await stage.newOrder();
      const told = await tellAll(stage, order, ["prepare", "perform", "undo", "release"]);
      assert.deepEqual(told, [WORKED, WORKED, "done", "done"]);
      assert.deepEqual(stage.arrived.slice(-3), ["2208", "2205", "2202"]);
      assert.equal(await inForce(stage), 0);
      assert.equal((await findClaim(stage.deps.db, order))?.voided, true);
      const again = await stage.newOrder();
      assert.equal(
        tellAnswer(await stage.ask(again, "prepare")),
        WORKED,
        "the number is free again",
      );
    });

    await play("undo of what was never settled says nothing to the platform", async (stage) => {
      const order = await stage.newOrder();
      await stage.ask(order, "prepare");
      const before = stage.arrived.length;
      assert.equal((await stage.ask(order, "undo")).kind, "done");
      assert.equal(stage.arrived.length, before);
    });
  }));

Deno.test("claimLeg() when an answer is lost finds out what is true, or undoes it", (t) =>
  plays(t, async (play) => {
    for (const loss of ["lose_request", "lose_answer"] as const) {
      await play(`with 2201 lost (${loss}) leaves nothing open after release`, async (stage) => {
        const order = await stage.newOrder();
        stage.faults.plan("insurance", "2201", { kind: loss });
        assert.deepEqual(await tellAll(stage, order, ["prepare", "release"]), ["unknown", "done"]);
        assert.equal(stage.arrived.includes("2202"), loss === "lose_answer");
        const next = await stage.newOrder();
        assert.equal(tellAnswer(await stage.ask(next, "prepare")), WORKED);
      });

      await play(`with 2201 lost (${loss}) finds the visit when asked again`, async (stage) => {
        const order = await stage.newOrder();
        stage.faults.plan("insurance", "2201", { kind: loss });
        assert.deepEqual(await tellAll(stage, order, ["prepare", "prepare"]), ["unknown", WORKED]);
        const registrations = stage.arrived.filter((infno) => infno === "2201").length;
        assert.equal(registrations, loss === "lose_answer" ? 1 : 2);
      });

      await play(`with 2204 lost (${loss}) never uploads a line twice`, async (stage) => {
        const order = await stage.newOrder();
        stage.faults.plan("insurance", "2204", { kind: loss });
        assert.deepEqual(await tellAll(stage, order, ["prepare", "prepare"]), ["unknown", WORKED]);
        assert.deepEqual(await tellAll(stage, order, ["perform"]), [WORKED]);
      });

      await play(`with 2206 lost (${loss}) can be let go of`, async (stage) => {
        const order = await stage.newOrder();
        stage.faults.plan("insurance", "2206", { kind: loss });
        assert.deepEqual(await tellAll(stage, order, ["prepare", "release"]), ["unknown", "done"]);
        assert.deepEqual(stage.arrived.slice(-2), ["2205", "2202"]);
      });

      await play(`with 2207 lost (${loss}) finds out what is true`, async (stage) => {
        const order = await stage.newOrder();
        await stage.ask(order, "prepare");
        stage.faults.plan("insurance", "2207", { kind: loss });
        const told = await tellAll(stage, order, ["perform", "find"]);
        assert.deepEqual(told, ["unknown", loss === "lose_answer" ? WORKED : "absent"]);
        assert.equal(await inForce(stage), loss === "lose_answer" ? 1 : 0);
        const settled = (await findClaim(stage.deps.db, order))?.settlementId;
        assert.equal(settled !== undefined, loss === "lose_answer");
      });

      await play(`with 2207 lost (${loss}) is reversed by its msgid`, async (stage) => {
        const order = await stage.newOrder();
        await stage.ask(order, "prepare");
        stage.faults.plan("insurance", "2207", { kind: loss });
        const told = await tellAll(stage, order, ["perform", "undo", "release"]);
        assert.deepEqual(told, ["unknown", "done", "done"]);
        assert.ok(stage.arrived.includes("2601"));
        assert.equal(await inForce(stage), 0);
      });

      await play(`with 2208 lost (${loss}) voids once`, async (stage) => {
        const order = await stage.newOrder();
        await tellAll(stage, order, ["prepare", "perform"]);
        stage.faults.plan("insurance", "2208", { kind: loss });
        const found = loss === "lose_answer" ? "done" : "absent";
        assert.deepEqual(await tellAll(stage, order, ["undo", "find_undo"]), ["unknown", found]);
        assert.equal((await stage.ask(order, "undo")).kind, "done");
        assert.equal((await stage.settlements()).length, 2, "one settlement and one void");
        assert.equal(await inForce(stage), 0);
      });

      await play(`with 2601 lost (${loss}) repeats it under another msgid`, async (stage) => {
        const order = await stage.newOrder();
        await stage.ask(order, "prepare");
        stage.faults.plan("insurance", "2207", { kind: "lose_answer" });
        stage.faults.plan("insurance", "2601", { kind: loss });
        assert.deepEqual(await tellAll(stage, order, ["perform", "undo"]), ["unknown", "unknown"]);
        const found = loss === "lose_answer" ? "done" : "absent";
        assert.deepEqual(await tellAll(stage, order, ["find_undo", "undo"]), [found, "done"]);
        const sent = await stage.deps.db.selectFrom("insurance_message").select("msgid")
          .where("order_id", "=", order.orderId).where("infno", "=", "2601").execute();
        assert.equal(new Set(sent.map((row) => row.msgid)).size, 2);
        assert.equal(await inForce(stage), 0);
      });
    }
  }));

Deno.test("claimLeg() on answers that are not plain", (t) =>
  plays(t, async (play) => {
    await play("never has two 2207 of one order under way", async (stage) => {
      const order = await stage.newOrder();
      await stage.ask(order, "prepare");
      stage.faults.plan("insurance", "2207", { kind: "lose_answer" });
      assert.deepEqual(await tellAll(stage, order, ["perform", "perform"]), ["unknown", WORKED]);
      assert.equal(stage.arrived.filter((infno) => infno === "2207A").length, 1);
    });

    await play("takes a gateway's error on HTTP 200 for no answer at all", async (stage) => {
      const order = await stage.newOrder();
      await stage.ask(order, "prepare");
      stage.faults.plan("insurance", "2207", { kind: "gateway_error" });
      assert.deepEqual(await tellAll(stage, order, ["perform", "find"]), ["unknown", "absent"]);
    });

    await play("passes a definite no on, first line only", async (stage) => {
      const order = await stage.newOrder();
      await stage.ask(order, "prepare");
      stage.faults.plan("insurance", "2207", { kind: "refuse", text: "待遇已暂停" });
      assert.deepEqual(await stage.ask(order, "perform"), {
        kind: "refused",
        code: "insurance.refused",
        text: "待遇已暂停",
      });
      assert.equal(tellAnswer(await stage.ask(order, "perform")), WORKED, "nothing was under way");
    });

    await play("tells an expired e-voucher from other refusals", async (stage) => {
      const order = await stage.newOrder();
      await stage.ask(order, "prepare");
      stage.faults.plan("insurance", "2207", { kind: "refuse", text: "ecToken已过期" });
      assert.equal(
        tellAnswer(await stage.ask(order, "perform")),
        "refused insurance.token_expired",
      );
    });

    await play("refuses a presettlement whose sums are broken", async (stage) => {
      const order = await stage.newOrder();
      stage.faults.plan("insurance", "2206", { kind: "wrong_amount", byFen: 1 });
      assert.equal(
        tellAnswer(await stage.ask(order, "prepare")),
        "refused insurance.unsound_figures",
      );
    });

    await play("reports a settlement with broken sums as done: money has moved", async (stage) => {
      const order = await stage.newOrder();
      await stage.ask(order, "prepare");
      stage.faults.plan("insurance", "2207", { kind: "wrong_amount", byFen: 1 });
      assert.equal(tellAnswer(await stage.ask(order, "perform")), "done 4879/2341/0/5421");
      assert.equal((await stage.ask(order, "undo")).kind, "done");
    });

    await play("reports the figures that were settled, not those presettled", async (stage) => {
      const order = await stage.newOrder();
      await stage.ask(order, "prepare");
      stage.faults.plan("insurance", "2207", { kind: "settle_differs", byFen: 100 });
      assert.equal(tellAnswer(await stage.ask(order, "perform")), "done 4779/2341/0/5520");
    });

    await play("reads an infcode that is a string", async (stage) => {
      const order = await stage.newOrder();
      assert.deepEqual(await tellAll(stage, order, ["prepare", "perform"]), [WORKED, WORKED]);
      assert.equal((await stage.ask(order, "undo")).kind, "done");
      assert.equal((await stage.ask(order, "undo")).kind, "done", "a second void is refused: done");
    }, { region: { infcodeAsText: true } });

    await play("serves a province with a path per number and no A forms", async (stage) => {
      const order = await stage.newOrder();
      assert.deepEqual(await tellAll(stage, order, ["prepare", "perform"]), [WORKED, WORKED]);
      assert.ok(stage.arrived.includes("outpatientRregistration"));
    }, {
      profile: { url: { kind: "by_path", prefix: "/fsi/api" }, aForms: [] },
      region: { aForms: false },
    });

    await play("does not take a DLL bridge's -1 for a no", async (stage) => {
      const order = await stage.newOrder();
      await stage.ask(order, "prepare");
      stage.faults.plan("insurance", "2207", { kind: "refuse", text: "系统错误" });
      assert.equal((await stage.ask(order, "perform")).kind, "unknown");
    }, { profile: { refusalCodes: ["-2"] } });

    await play(
      "signs in afresh when the platform has forgotten the day's sign-in",
      async (stage) => {
        const order = await stage.newOrder();
        stage.faults.plan("insurance", "2201", { kind: "refuse", text: "未签到或签到已失效" });
        assert.equal(tellAnswer(await stage.ask(order, "prepare")), WORKED);
        assert.equal(stage.arrived.filter((infno) => infno === "9001").length, 2);
      },
    );

    await play("uploads more than 100 lines in batches under one batch number", async (stage) => {
      const lines = Array.from({ length: 230 }, (_, index) => {
        const line = VISIT.lines[index % VISIT.lines.length] ?? VISIT.lines[0];
        return line ? [{ ...line, lineNumber: `L${index}` }] : [];
      }).flat();
      const order = await stage.newOrder({ ...VISIT, lines });
      assert.deepEqual(
        await tellAll(stage, order, ["prepare"]).then((told) => told[0]?.slice(0, 4)),
        "done",
      );
      const batches = stage.arrived.filter((infno) => infno === "2204").length;
      assert.ok(batches >= 3, `${batches} batches`);
    });

    await play("settles visits of one institution at the same time", async (stage) => {
      const numbers = ["A", "B", "C", "D"];
      const orders = await Promise.all(
        numbers.map((visitNumber) => stage.newOrder({ ...VISIT, visitNumber })),
      );
      const told = await Promise.all(
        orders.map((order) => tellAll(stage, order, ["prepare", "perform"])),
      );
      assert.ok(told.every(([, performed]) => performed?.startsWith("done ")), String(told));
      const sent = await stage.deps.db.selectFrom("insurance_message").select("msgid")
        .where("order_id", "in", orders.map((order) => order.orderId)).execute();
      assert.equal(sent.length, 5 * numbers.length);
      assert.equal(new Set(sent.map((row) => row.msgid)).size, sent.length);
    });

    await play("asks for a PIN before it settles where the region wants one", async (stage) => {
      const order = await stage.newOrder();
      await stage.ask(order, "prepare");
      const before = stage.arrived.length;
      assert.equal(tellAnswer(await stage.ask(order, "perform")), "refused insurance.pin_needed");
      assert.equal(stage.arrived.length, before, "nothing was sent");
      const typed = { ...order, pin: "PIN-ENVELOPE" };
      stage.faults.plan("insurance", "2207", { kind: "refuse", text: "医保密码错误，请重新输入" });
      assert.equal(tellAnswer(await stage.ask(typed, "perform")), "refused insurance.wrong_pin");
      assert.equal(tellAnswer(await stage.ask(typed, "perform")), WORKED);
      const kept = JSON.stringify(
        await stage.deps.db.selectFrom("insurance_message").selectAll().execute(),
      );
      assert.ok(!kept.includes("PIN-ENVELOPE"));
    }, { profile: { pinCarrier: "pw_ecToken" } });

    await play(
      "settles by the card that was read, with its identifier (R-PAY-02)",
      async (stage) => {
        const { number = "", identifier = "" } = PATIENT.card ?? {};
        const card = { type: "03", number, cardIdentifier: identifier } as const;
        const order = await stage.newOrder(VISIT, card);
        assert.deepEqual(await tellAll(stage, order, ["prepare", "perform"]), [WORKED, WORKED]);
        const foreign = await stage.newOrder(VISIT, {
          ...card,
          cardIdentifier: "441900D156000099",
        });
        assert.equal(
          tellAnswer(await stage.ask(foreign, "prepare")),
          "refused insurance.not_covered",
          "another card of that number is nobody's",
        );
      },
    );

    await play("without a proven coverage sends nothing", async (stage) => {
      const order = await stage.newOrder();
      const unproven = { ...order, identificationId: order.orderId };
      const before = stage.arrived.length;
      assert.deepEqual(
        await tellAll(stage, unproven, ["prepare", "find", "undo", "find_undo", "release"]),
        ["refused insurance.not_covered", "absent", "done", "done", "done"],
      );
      assert.equal(stage.arrived.length, before);
    });
  }));
