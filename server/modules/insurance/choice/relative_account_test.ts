import assert from "node:assert/strict";
import { PATIENT } from "../../../../sandbox/insurance/worked_visit.ts";
import { testDb } from "../../../../tests/db.ts";
import { newId } from "../../../platform/ids.ts";
import type { ClaimContext } from "../claim.ts";
import {
  openStage,
  type Stage,
  STAGE_TIME,
  type StageOptions,
  tellAnswer,
} from "../claim_stage_test.ts";
import { insertConsent } from "../relatives/store.ts";
import { chooseInsurance } from "./choose_insurance.ts";
import { findClaimAccounts } from "./relative_part.ts";

/** The patient's account has 10.00 left; the relative's pays the rest of what accounts may pay. */
const POOR = PATIENT.insurance.map((row) =>
  row.insutype === "310" ? { ...row, balanceFen: 1_000n } : row
);
const HURT = {
  insutype: "410",
  psnType: "1101",
  status: "1",
  insuplcAdmdvs: "441900",
  balanceFen: 0n,
} as const;
const PATIENT_HERE = { ...PATIENT, insurance: [...POOR, HURT] };
const RELATIVE = {
  ...PATIENT,
  idNumber: "441900196501010022",
  name: "样例乙",
  psnNo: "44000019000000000000900002",
  card: null,
  codes: { insuranceVoucher: null, essc: null, health: null },
};
const PATIENT_ID = newId(STAGE_TIME);

interface Wish {
  readonly scheme?: string;
  readonly consentId?: string;
}

Deno.test("insurance settles with a relative's account, and under a chosen scheme", async (t) => {
  await using own = await testDb(STAGE_TIME);
  const play = async (
    name: string,
    work: (stage: Stage) => Promise<void>,
    options: StageOptions = {},
  ) => {
    await t.step(name, async () => {
      await using stage = await openStage({
        ...options,
        own,
        persons: [PATIENT_HERE, RELATIVE],
      });
      await work(stage);
    });
  };

  for (const inside of [false, true]) {
    const where = inside ? "inside" : "beside";
    await play(
      `the relative's part is ${where} acct_pay, and given back (R-PAY-03)`,
      async (stage) => {
        const consentId = await consentOf(stage);
        const order = await chosenOrder(stage, { consentId });
        assert.equal(tellAnswer(await stage.ask(order, "prepare")), "done 4879/2341/0/5420");
        assert.deepEqual(await accountsOf(stage, order), { balance: null, relative: 1_341n });
        assert.equal(tellAnswer(await stage.ask(order, "perform")), "done 4879/2341/0/5420");
        assert.deepEqual(await accountsOf(stage, order), { balance: 0n, relative: 1_341n });
        const alone = await chosenOrder(stage, { consentId });
        assert.equal((await stage.ask(order, "undo")).kind, "done");
        await stage.ask(order, "release");
        await stage.ask(alone, "prepare");
        assert.deepEqual(
          await accountsOf(stage, alone),
          { balance: null, relative: 1_341n },
          "both accounts have again what they had",
        );
      },
      {
        profile: { mulaidInsideAccount: inside },
        region: { relativeInsideAccount: inside },
      },
    );
  }

  await play("without a consent the patient pays himself", async (stage) => {
    const order = await stage.newOrder();
    assert.equal(tellAnswer(await stage.ask(order, "prepare")), "done 4879/1000/0/6761");
    assert.deepEqual(await accountsOf(stage, order), { balance: null, relative: null });
  });

  await play("a consent that ended before settling is not used", async (stage) => {
    const order = await chosenOrder(stage, { consentId: await consentOf(stage) });
    await stage.ask(order, "prepare");
    stage.advance(2 * 86_400_000);
    const answer = tellAnswer(await stage.ask(order, "perform"));
    assert.equal(answer, "refused insurance.consent_ended");
    assert.equal(stage.arrived.includes("2207A"), false);
    await assert.rejects(chosenOrder(stage, { consentId: await lastConsent(stage) }), {
      code: "insurance.consent_ended",
    });
  });

  await play("a choice written into past the platform moves nothing", async (stage) => {
    const order = await chosenOrder(stage, {});
    const consentId = await consentOf(stage);
    await chooseFor(stage, order, { scheme: "310" });
    await own.db.updateTable("insurance_choice").set({ consent_id: consentId })
      .where("order_id", "=", order.orderId).execute();
    assert.equal(tellAnswer(await stage.ask(order, "prepare")), "refused insurance.record_changed");
  });

  await play(
    "work injury is settled under its own scheme (R-BIL-13)",
    async (stage) => {
      const order = await chosenOrder(stage, { scheme: "410" });
      assert.equal(tellAnswer(await stage.ask(order, "prepare")), "done 6970/0/0/5670");
      assert.equal(tellAnswer(await stage.ask(order, "perform")), "done 6970/0/0/5670");
      assert.equal((await stage.ask(order, "undo")).kind, "done");
    },
    {
      profile: { recerSysCodes: { "410": "09" } },
      region: { receivers: { usual: "01", ofScheme: { "410": "09" } } },
    },
  );

  await play("a scheme that is not in force is refused", async (stage) => {
    await assert.rejects(chosenOrder(stage, { scheme: "390" }), {
      code: "insurance.scheme_not_insured",
    });
  });

  await play("what a refund keeps is settled as the order was", async (stage) => {
    const consentId = await consentOf(stage);
    const order = await chosenOrder(stage, { consentId, scheme: "410" });
    for (const ask of ["prepare", "perform", "undo", "release"] as const) {
      await stage.ask(order, ask);
    }
    stage.advance(2 * 86_400_000);
    const kept = await stage.newOrder();
    const context = { ...kept, chosenFor: { id: order.orderId, at: order.at } };
    assert.equal(tellAnswer(await stage.ask(context, "prepare")), "done 6970/250/0/5420");
  });
});

async function chosenOrder(stage: Stage, wish: Wish): Promise<ClaimContext> {
  const order = await stage.newOrder();
  await chooseFor(stage, order, wish);
  return order;
}

async function chooseFor(stage: Stage, order: ClaimContext, wish: Wish): Promise<void> {
  await stage.deps.db.transaction().execute((tx) =>
    chooseInsurance(tx, stage.deps, {
      ...order,
      patientId: PATIENT_ID,
      route: "fsi",
      scheme: wish.scheme ?? null,
      consentId: wish.consentId ?? null,
    })
  );
}

async function consentOf(stage: Stage): Promise<string> {
  const { deps } = stage;
  const now = deps.clock.now();
  const id = newId(now);
  const sealed = (field: string, text: string) =>
    deps.sealer.seal(`insurance_consent.${field}`, text);
  const consent = {
    id,
    institution_id: "i-0317",
    patient_id: PATIENT_ID,
    identification_id: newId(now),
    terminal_id: newId(now),
    relation: "parent",
    relative_patient_id: null,
    relative_index: await deps.sealer.index("id_number", RELATIVE.idNumber),
    relative_name_sealed: await sealed("relative_name", RELATIVE.name),
    relative_psn_no_sealed: await sealed("relative_psn_no", RELATIVE.psnNo),
    credential_kind: "id_card",
    notice_version: "1",
    given_at: now,
    until_at: new Date(now.getTime() + 86_400_000),
    withdrawn_at: null,
    withdrawn_in: null,
    withdrawn_by: null,
  } as const;
  await deps.db.transaction().execute((tx) => insertConsent(tx, deps.tags, consent));
  return id;
}

async function lastConsent({ deps }: Stage): Promise<string> {
  const row = await deps.db.selectFrom("insurance_consent").select("id").orderBy("id", "desc")
    .executeTakeFirstOrThrow();
  return row.id;
}

async function accountsOf({ deps }: Stage, order: ClaimContext) {
  return await findClaimAccounts(deps.db, order);
}
