import assert from "node:assert/strict";
import { newId } from "../../platform/ids.ts";
import { ZERO } from "../../platform/money.ts";
import { PATIENT } from "../../../sandbox/insurance/worked_visit.ts";
import { systemActor } from "../audit/actor.ts";
import { checkCoverage, type CoverageRequest } from "./check_coverage.ts";
import { openStage, SITE, type Stage } from "./claim_stage_test.ts";
import { chooseInsuredRow } from "./coverage.ts";
import { decodeVoucher } from "./decode_voucher.ts";
import { findCoverage } from "./store.ts";

function request(stage: Stage, change: Partial<CoverageRequest> = {}): CoverageRequest {
  return {
    actor: systemActor("test"),
    identificationId: newId(stage.deps.clock.now()),
    site: SITE,
    certificate: { type: "02", number: PATIENT.idNumber, cardIdentifier: null },
    person: { name: PATIENT.name, idNumber: PATIENT.idNumber },
    ...change,
  };
}

Deno.test("checkCoverage() chooses the row in force of two and keeps it sealed", async () => {
  await using stage = await openStage();
  const asked = request(stage);
  assert.deepEqual(await checkCoverage(stage.deps, asked), {
    status: "covered",
    scheme: "310",
    schemeName: "职工基本医疗保险",
    accountBalance: 31_205n,
    schemes: [{ insutype: "310", insuplc: "441900", psnType: "1101", balanceFen: "31205" }],
  });
  const stored = await findCoverage(stage.deps.db, asked.identificationId);
  assert.equal(stored?.insuplc_admdvs, "441900");
  assert.equal(
    await stage.deps.sealer.open(
      "insurance_coverage.psn_no",
      stored?.psn_no_sealed ?? new Uint8Array(),
    ),
    PATIENT.psnNo,
  );
});

Deno.test("chooseInsuredRow() prefers what is in force, then employees", () => {
  const row = { psn_type: "1101", insuplc_admdvs: "441900" };
  function of(insutype: string, psn_insu_stas: string) {
    return { ...row, insutype, psn_insu_stas, balc: ZERO };
  }
  assert.equal(chooseInsuredRow([of("390", "1"), of("310", "1")])?.insutype, "310");
  assert.equal(chooseInsuredRow([of("310", "2"), of("390", "1")])?.insutype, "390");
  assert.equal(chooseInsuredRow([of("340", "1"), of("390", "1")])?.insutype, "390");
  assert.equal(chooseInsuredRow([of("310", "2"), of("390", "4")]), null);
  assert.equal(chooseInsuredRow([]), null);
});

Deno.test("checkCoverage() takes another name or number for another person", async () => {
  await using stage = await openStage();
  for (
    const person of [
      { name: "样例乙", idNumber: PATIENT.idNumber },
      { name: PATIENT.name, idNumber: "441900199001010012" },
    ]
  ) {
    const asked = request(stage, { person });
    assert.deepEqual(await checkCoverage(stage.deps, asked), { status: "not_covered" });
    assert.equal(await findCoverage(stage.deps.db, asked.identificationId), null);
  }
});

Deno.test("checkCoverage() tells nobody insured from a platform in trouble", async (t) => {
  const suspended = PATIENT.insurance.map((row) => ({ ...row, status: "2" as const }));
  await using stage = await openStage({ persons: [{ ...PATIENT, insurance: suspended }] });
  await t.step("suspended", async () => {
    assert.equal((await checkCoverage(stage.deps, request(stage))).status, "not_covered");
  });
  await t.step("unknown there", async () => {
    const certificate = { type: "02", number: "441900198001010019", cardIdentifier: null } as const;
    const asked = request(stage, { certificate });
    assert.equal((await checkCoverage(stage.deps, asked)).status, "not_covered");
  });
  await t.step("an error of its own, a gateway's, silence", async () => {
    stage.faults.plan("insurance", "1101", { kind: "refuse", text: "系统繁忙" });
    assert.equal((await checkCoverage(stage.deps, request(stage))).status, "unavailable");
    stage.faults.plan("insurance", "1101", { kind: "gateway_error" });
    assert.equal((await checkCoverage(stage.deps, request(stage))).status, "unavailable");
    stage.faults.plan("insurance", "1101", { kind: "lose_request" }, 2);
    assert.equal((await checkCoverage(stage.deps, request(stage))).status, "unavailable");
  });
});

Deno.test("checkCoverage() reads a card by its number and identifier", async () => {
  await using stage = await openStage();
  const card = { type: "03", number: PATIENT.card?.number ?? "" } as const;
  const right = { ...card, cardIdentifier: PATIENT.card?.identifier ?? "" };
  const known = await checkCoverage(stage.deps, request(stage, { certificate: right }));
  assert.equal(known.status, "covered");
  const wrong = { ...card, cardIdentifier: "441900D156000006" };
  const foreign = await checkCoverage(stage.deps, request(stage, { certificate: wrong }));
  assert.equal(foreign.status, "unavailable");
});

Deno.test("decodeVoucher() gives a token that proves the coverage until it expires", async () => {
  await using stage = await openStage();
  const code = PATIENT.codes.insuranceVoucher ?? "";
  const holder = await decodeVoucher(stage.deps, { site: SITE, code, service: "pay" });
  assert.ok(holder.kind === "done");
  assert.equal(holder.value.idNumber, PATIENT.idNumber);
  const certificate = { type: "01", number: holder.value.ecToken, cardIdentifier: null } as const;
  const asked = request(stage, { certificate });
  assert.equal((await checkCoverage(stage.deps, asked)).status, "covered");
  stage.advance(31 * 60_000);
  assert.equal((await checkCoverage(stage.deps, asked)).status, "not_covered");
});

Deno.test("decodeVoucher() passes on that a code is not known", async () => {
  await using stage = await openStage();
  const code = "2800000000000000000000000000";
  assert.equal(
    (await decodeVoucher(stage.deps, { site: SITE, code, service: "pay" })).kind,
    "refused",
  );
});
