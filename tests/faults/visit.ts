import type { Patient } from "../../bench/load/patients.ts";
import type { IdentifyReply } from "../../server/modules/identity/contract.ts";
import type { RefundView } from "../../server/modules/refund/contract.ts";
import { newId } from "../../server/platform/ids.ts";
import { Dice, partSeed } from "../simulation/dice.ts";
import { pause } from "./mortal_process.ts";
import type { FaultStage } from "./stage.ts";
import { control, type TerminalLine, terminalLine } from "./terminal_line.ts";
import type { Told } from "./told.ts";
import type { RefundPlan, VisitPlan } from "./visit_plan.ts";
import { type Errand, Visitor } from "./visitor.ts";

/** From the doctor's room to the door: a bill, a terminal, and perhaps money back. */

const TRIES_MAX = 20;
const TRY_MS = 1_000;
const REFUND_LOOKS_MAX = 30;

export interface VisitOptions {
  readonly seed: number;
  readonly told: Told;
  readonly closing: AbortSignal;
}

export async function visit(
  stage: FaultStage,
  plan: VisitPlan,
  { seed, told, closing }: VisitOptions,
): Promise<void> {
  const patient = stage.patients[plan.person % stage.patients.length];
  if (!patient) throw new Error("Cannot visit: the city has no patients");
  const dice = new Dice(partSeed(seed, 1_000_003 + plan.n));
  const pick = (end: number) => dice.below(end);
  const line = terminalLine(stage, { terminalId: patient.terminalId, pick });
  const errand = await begin(stage, line, { patient, plan, closing });
  if (!errand) {
    told.notBegun += 1;
    return;
  }
  const bankUrl = stage.urls.aggregatePay;
  const stay = () => new Visitor({ line, bankUrl, patient, told, closing }, plan, errand).stay();
  const stays = [stay()];
  if (plan.rivalAfterMs !== null) {
    await pause(plan.rivalAfterMs);
    stays.push(stay());
  }
  const orderId = (await Promise.all(stays)).find((id) => id !== null);
  if (!orderId || !plan.refund) return;
  const { refund } = plan;
  await pause(refund.afterMs);
  const asked = Array.from(
    { length: refund.times },
    () =>
      giveBack(line, { told, closing, refund, orderId, identificationId: errand.identificationId }),
  );
  await Promise.all(asked);
}

async function begin(
  stage: FaultStage,
  line: TerminalLine,
  { patient, plan, closing }: {
    readonly patient: Patient;
    readonly plan: VisitPlan;
    readonly closing: AbortSignal;
  },
): Promise<Errand | null> {
  const { person, institutionCode } = patient;
  const bill = await tried(closing, async () => {
    const path = `${stage.urls.his}/sandbox/persons/${person.idNumber}/bills`;
    const reply = await control<{ billIds: string[] }>(path, { institutionCode });
    return reply?.isOk ? reply.body.billIds : null;
  });
  if (!bill) return null;
  const identified = await tried(closing, () => identify(line, patient));
  if (!identified) return null;
  const isCovered = identified.isCovered && plan.settlement === "insurance";
  return {
    identificationId: identified.id,
    billIds: bill,
    settlement: isCovered ? "insurance" : "self_pay",
  };
}

async function identify(
  line: TerminalLine,
  { person, card }: Patient,
): Promise<{ readonly id: string; readonly isCovered: boolean } | null> {
  const id = newId(new Date());
  const reply = await line.post<IdentifyReply>("/identifications", {
    id,
    credential: {
      kind: "social_security_card",
      region: "441900",
      socialSecurityNumber: person.idNumber,
      cardNumber: card.number,
      cardIdentifier: card.identifier,
      name: person.name,
      version: card.version,
    },
  });
  if (!reply?.isOk || reply.body.kind !== "known") return null;
  return { id, isCovered: reply.body.insurance?.status === "covered" };
}

async function giveBack(
  line: TerminalLine,
  { told, closing, refund, orderId, identificationId }: {
    readonly told: Told;
    readonly closing: AbortSignal;
    readonly refund: RefundPlan;
    readonly orderId: string;
    readonly identificationId: string;
  },
): Promise<void> {
  const id = newId(new Date());
  const { lines } = refund;
  const body = { id, identificationId, orderId, lines, why: "not_wanted" };
  const asked = await tried(closing, () => line.post<RefundView>("/refunds", body));
  if (!asked?.isOk) return;
  told.refundsAsked += 1;
  for (let look = 0; look < REFUND_LOOKS_MAX && !closing.aborted; look++) {
    const reply = await line.get<RefundView>(`/refunds/${id}`);
    const state = reply?.isOk ? reply.body.state : null;
    if (state === "returned") told.returned.add(id);
    if (state === "returned" || state === "refused") return;
    await pause(TRY_MS);
  }
}

/** The same again, as a terminal that has heard nothing does it. */
async function tried<Value>(
  closing: AbortSignal,
  work: () => Promise<Value | null>,
): Promise<Value | null> {
  for (let n = 0; n < TRIES_MAX && !closing.aborted; n++) {
    const made = await work();
    if (made !== null) return made;
    await pause(TRY_MS);
  }
  return null;
}
