import type { ClaimPlace, PresettleClaim } from "../../../gateways/his/wire.ts";
import { chinaTime } from "../../../platform/clock.ts";
import { formatYuan, parseYuan, sumFen } from "../../../platform/money.ts";
import type { Outcome } from "../../../platform/outcome.ts";
import { type ClaimPlan, openPerson, settledColumns } from "../claim.ts";
import { visitTotal } from "../claim_inputs.ts";
import type { ClaimSplit } from "../claim_visit.ts";
import { settlementName } from "../insurance_route.ts";
import type { LegAnswer } from "../leg_answer.ts";
import { updateClaim, updateProgress } from "../store.ts";
import type { HisAdapterDeps } from "./his_adapter.ts";

const UNSOUND = "insurance.unsound_figures";

export function claimPlace({ claim, context }: ClaimPlan): ClaimPlace {
  return { claimId: claim.order_id, institutionCode: context.site.code };
}

/** HIS registers, uploads and presettles; may be asked again. */
export async function prepareHisClaim(deps: HisAdapterDeps, plan: ClaimPlan): Promise<LegAnswer> {
  const patientId = await deps.hisPatientIdOf(plan.context.identificationId);
  if (patientId === null) return { kind: "refused", code: "insurance.not_covered", text: "" };
  const key = { order_id: plan.claim.order_id, at: plan.claim.at };
  const changed_at = deps.clock.now();
  await deps.db.transaction().execute((tx) =>
    updateProgress(tx, key, { visit_asked: true, changed_at })
  );
  const outcome = await deps.his.presettleClaim({
    ...visitFields(plan),
    ...claimPlace(plan),
    patientId,
    certificate: await certificateOf(deps, plan),
  });
  if (outcome.kind !== "done") return failed(outcome);
  const split = splitOf(outcome.value);
  const shares = {
    full_own_pay_fen: parseYuan(outcome.value.fullOwnPay),
    over_limit_fen: parseYuan(outcome.value.overLimit),
    pre_self_pay_fen: parseYuan(outcome.value.preSelfPay),
    in_scope_fen: parseYuan(outcome.value.inScope),
  };
  const total = visitTotal(plan.context.visit);
  const isSound = addsUp(split) && split.total === total &&
    sumFen(Object.values(shares)) === total;
  if (!isSound) return { kind: "refused", code: UNSOUND, text: "" };
  await deps.db.transaction().execute((tx) =>
    updateProgress(tx, key, { ...shares, changed_at: deps.clock.now() })
  );
  return { kind: "done", split, reference: null };
}

/** Said again under the same id, HIS answers the same: an earlier one needs no look first. */
export async function settleHisClaim(deps: HisAdapterDeps, plan: ClaimPlan): Promise<LegAnswer> {
  if (plan.claim.settle_msgid === null) {
    return { kind: "refused", code: "insurance.not_presettled", text: "No presettlement" };
  }
  const outcome = await deps.his.settleClaim({
    ...claimPlace(plan),
    total: formatYuan(visitTotal(plan.context.visit)),
    certificate: await certificateOf(deps, plan),
  });
  if (outcome.kind === "done") {
    return await keepSettled(deps, plan, {
      split: splitOf(outcome.value),
      reference: outcome.value.settlementId,
    });
  }
  // An earlier try may have moved money all the same: only the first one's no is the whole truth.
  if (!plan.resumes && outcome.kind !== "unknown") {
    const change = { settle_msgid: null, changed_at: deps.clock.now() };
    await deps.db.transaction().execute((tx) =>
      updateClaim(tx, deps.tags, { claim: plan.claim, change })
    );
    return failed(outcome);
  }
  if (outcome.kind === "refused") return await findHisClaim(deps, plan);
  return { kind: "unknown", reason: "an earlier settle_claim is not resolved" };
}

/** After a lost answer: what HIS, and the centre behind it, really did. */
export async function findHisClaim(deps: HisAdapterDeps, plan: ClaimPlan): Promise<LegAnswer> {
  const outcome = await deps.his.findClaim(claimPlace(plan));
  // A refusal to tell is no proof that nothing was settled.
  if (outcome.kind === "refused") return { kind: "unknown", reason: "find_claim refused" };
  if (outcome.kind !== "done") return outcome;
  const found = outcome.value;
  if (found.state !== "settled") return { kind: "absent" };
  return await keepSettled(deps, plan, { split: splitOf(found), reference: found.settlementId });
}

async function keepSettled(
  deps: HisAdapterDeps,
  { claim }: ClaimPlan,
  settled: { readonly split: ClaimSplit; readonly reference: string },
): Promise<LegAnswer> {
  const { split, reference } = settled;
  const change = {
    // A first no may have cleared it, before a lost call arrived after all.
    settle_msgid: settlementName("his", claim.order_id),
    setl_id: reference,
    ...settledColumns(split),
    changed_at: deps.clock.now(),
  };
  await deps.db.transaction().execute((tx) => updateClaim(tx, deps.tags, { claim, change }));
  return { kind: "done", split, reference, ...(!addsUp(split) && { unsound: true }) };
}

async function certificateOf(
  deps: HisAdapterDeps,
  { coverage }: ClaimPlan,
): Promise<PresettleClaim["certificate"]> {
  if (coverage === null) return null;
  const { certificateType, certificateNumber } = await openPerson(deps.sealer, coverage);
  return { type: certificateType, number: certificateNumber };
}

type VisitFields = Omit<
  PresettleClaim,
  "claimId" | "institutionCode" | "patientId" | "certificate"
>;

function visitFields({ context: { visit } }: ClaimPlan): VisitFields {
  return {
    visitNumber: visit.visitNumber,
    medicalType: visit.medicalType,
    department: visit.department,
    doctor: { code: visit.doctor.code, name: visit.doctor.name },
    diagnoses: visit.diagnoses.map(({ code, name }) => ({ code, name })),
    startedAt: chinaTime(visit.startedAt),
    total: formatYuan(visitTotal(visit)),
    lines: visit.lines.map((line) => ({
      lineNumber: line.lineNumber,
      catalogueCode: line.catalogueCode,
      itemCode: line.itemCode,
      quantity: line.quantity,
      price: line.priceYuan,
      amount: formatYuan(line.amountFen),
      occurredAt: chinaTime(line.occurredAt),
    })),
  };
}

interface Figures {
  readonly total: string;
  readonly fund: string;
  readonly account: string;
  readonly other: string;
  readonly cash: string;
  readonly balance: string | null;
}

function splitOf(figures: Figures): ClaimSplit {
  return {
    total: parseYuan(figures.total),
    fund: parseYuan(figures.fund),
    account: parseYuan(figures.account),
    other: parseYuan(figures.other),
    cash: parseYuan(figures.cash),
    balance: figures.balance === null ? null : parseYuan(figures.balance),
  };
}

function addsUp({ total, fund, account, other, cash }: ClaimSplit): boolean {
  return total === sumFen([fund, account, other, cash]);
}

const CODES: Readonly<Record<string, string>> = {
  insurance_token_expired: "insurance.token_expired",
  insurance_period_closed: "insurance.period_closed",
};

/** HIS's codes as the insurance module's. */
export function failed(outcome: Exclude<Outcome<unknown>, { kind: "done" }>): LegAnswer {
  if (outcome.kind !== "refused") return outcome;
  return { ...outcome, code: CODES[outcome.code] ?? "insurance.refused" };
}
