import assert from "node:assert/strict";
import { testDb } from "../../../tests/db.ts";
import { claimKey } from "./claim.ts";
import {
  openStage,
  SITE,
  type SpoiltAnswer,
  type Stage,
  STAGE_TIME,
  tellAnswer,
} from "./claim_stage_test.ts";
import { recordStatedClaim } from "./record_stated.ts";
import { findClaimRow } from "./store.ts";

/** Answers the centre must not give, and what a claim makes of them (nhsa.md §6). */

const WORKED = "done 4879/2341/0/5420";
const ONE_FEN_OFF = {
  total_by_share: "preselfpay_amt",
  fund_parts: "hifp_pay",
  person_parts: "psn_cash_pay",
  total_by_payer: "hosp_part_amt",
} as const;

Deno.test("a claim on answers the centre must not give", async (t) => {
  await using own = await testDb(STAGE_TIME);

  for (const [rule, field] of Object.entries(ONE_FEN_OFF)) {
    await t.step(`setlinfo that breaks ${rule}: no quote, and a settlement is voided`, async () => {
      let hits = "";
      const spoil = (infno: string, { output }: SpoiltAnswer) => {
        if (infno !== hits) return;
        output.setlinfo[field] = (Math.round(Number(output.setlinfo[field]) * 100) + 1) / 100;
      };
      await using stage = await openStage({ own, spoil });
      hits = "2206A";
      const quoted = await stage.newOrder();
      const quote = tellAnswer(await stage.ask(quoted, "prepare"));
      assert.equal(quote, "refused insurance.unsound_figures");
      await stage.ask(quoted, "release");
      hits = "2207A";
      const order = await stage.newOrder();
      await stage.ask(order, "prepare");
      const settled = await stage.ask(order, "perform");
      assert.equal(
        settled.kind === "done" && settled.unsound,
        true,
        "money has moved all the same",
      );
      assert.equal((await stage.ask(order, "undo")).kind, "done");
      const [, first] = await stage.settlements();
      assert.notEqual(first?.voidedBy, null);
    });
  }

  await t.step("a warning beside a success is a success", async () => {
    const spoil = (_infno: string, answer: SpoiltAnswer) => {
      answer.warn_msg = "该患者本年度统筹即将用完";
    };
    await using stage = await openStage({ own, spoil });
    const order = await stage.newOrder();
    assert.equal(tellAnswer(await stage.ask(order, "prepare")), WORKED);
    assert.equal(tellAnswer(await stage.ask(order, "perform")), WORKED);
  });

  await t.step(
    "a msgid somebody else used moves nothing, and the next order has another",
    async () => {
      await using stage = await openStage({ own });
      const order = await stage.newOrder();
      await stage.ask(order, "prepare");
      const plan = await own.db.transaction().execute((tx) => stage.leg.plan(tx, order, "perform"));
      const msgid = plan.claim.settle_msgid;
      assert.ok(msgid);
      stage.centre({ infno: "1101", institution: SITE.code, insuplc: "", msgid, input: {} });
      assert.equal((await stage.leg.call(plan)).kind, "unknown", "whose it was nobody knows yet");
      assert.equal(tellAnswer(await stage.ask(order, "find")), "absent");
      assert.equal((await stage.ask(order, "undo")).kind, "done");
      assert.deepEqual(await stage.settlements(), []);
      const anew = await stage.newOrder();
      await stage.ask(order, "release");
      await stage.ask(anew, "prepare");
      assert.equal(tellAnswer(await stage.ask(anew, "perform")), WORKED);
    },
  );

  for (const text of ["报文ID重复", "该批次已结算，请勿重复提交"]) {
    await t.step(`a 2207 that the gateway delivered twice is settled once: ${text}`, async () => {
      const spoil = (infno: string, answer: SpoiltAnswer) => {
        if (infno === "2207A") Object.assign(answer, { infcode: -1, err_msg: text, output: null });
      };
      await using stage = await openStage({ own, spoil });
      const order = await stage.newOrder();
      await stage.ask(order, "prepare");
      assert.equal(tellAnswer(await stage.ask(order, "perform")), WORKED);
      assert.equal(tellAnswer(await stage.ask(order, "perform")), WORKED, "found, not sent again");
      assert.equal(stage.arrived.filter((infno) => infno === "2207A").length, 1);
      assert.equal((await stage.ask(order, "undo")).kind, "done", "and it can be given back");
    });
  }

  await t.step("a PIN envelope that does not fit is told from other refusals", async () => {
    await using stage = await openStage({ own, profile: { pinCarrier: "cainfo" } });
    const order = { ...await stage.newOrder(), pin: "ENVELOPE" };
    await stage.ask(order, "prepare");
    stage.faults.plan("insurance", "2207", { kind: "refuse", text: "cainfo签名校验失败" });
    assert.equal(tellAnswer(await stage.ask(order, "perform")), "refused insurance.wrong_pin");
    assert.equal(tellAnswer(await stage.ask(order, "perform")), WORKED, "typed again");
  });

  const hideSettlement = (infno: string, answer: SpoiltAnswer) => {
    if (infno !== "2207A") return;
    Object.assign(answer, { infcode: -1, err_msg: "待遇校验未通过", output: null });
  };
  const openHidden = async () => {
    const stage = await openStage({ own, spoil: hideSettlement });
    const order = await stage.newOrder();
    await stage.ask(order, "prepare");
    assert.equal(tellAnswer(await stage.ask(order, "perform")), "refused insurance.refused");
    return { stage, order };
  };
  const inForce = async ({ settlements }: Stage) =>
    (await settlements()).filter((row) => row.voids === null && row.voidedBy === null).length;

  for (const lost of [null, "lose_request", "lose_answer"] as const) {
    await t.step(`what stands as a visit is let go is voided by its number (${lost})`, async () => {
      const { stage: opened, order } = await openHidden();
      await using stage = opened;
      if (lost) {
        stage.faults.plan("insurance", "2208", { kind: lost });
        assert.equal((await stage.ask(order, "release")).kind, "unknown");
      }
      assert.equal((await stage.ask(order, "release")).kind, "done");
      assert.equal(await inForce(stage), 0);
      assert.equal((await stage.settlements()).length, 2, "one settlement and one void");
      assert.ok(!stage.arrived.includes("2601"), "nothing is reversed whose number is known");
      assert.equal((await stage.ask(order, "release")).kind, "done");
      const claim = await findClaimRow(own.db, claimKey(order));
      assert.notEqual(claim?.voided_at, null);
    });
  }

  await t.step("what the centre surely refuses to void waits for two persons", async () => {
    const { stage: opened, order } = await openHidden();
    await using stage = opened;
    await stage.clearMonth();
    const refused = "refused insurance.period_closed";
    assert.equal(tellAnswer(await stage.ask(order, "release")), refused);
    assert.equal(tellAnswer(await stage.ask(order, "undo")), refused, "not taken for undone");
    const stated = {
      key: claimKey(order),
      outcome: "undone",
      reference: "V1",
      split: null,
    } as const;
    await own.db.transaction().execute((tx) =>
      recordStatedClaim(tx, stated, { now: STAGE_TIME, tags: stage.deps.tags })
    );
    assert.equal((await stage.ask(order, "release")).kind, "done");
    assert.equal(await inForce(stage), 1, "what the centre holds is its people's");
  });
});
