import type { Patient } from "../../bench/load/patients.ts";
import type { CityCard } from "../../sandbox/card_host/bank_cards.ts";
import type { DischargeView } from "../../server/modules/inpatient/contract.ts";
import type { RefundView } from "../../server/modules/refund/contract.ts";
import { newId } from "../../server/platform/ids.ts";
import { Dice, partSeed } from "../simulation/dice.ts";
import { beginErrand, tried, wardDoes } from "./errand.ts";
import { pause } from "./mortal_process.ts";
import type { FaultStage } from "./stage.ts";
import { type TerminalLine, terminalLine } from "./terminal_line.ts";
import type { Told } from "./told.ts";
import type { RefundPlan, VisitPlan } from "./visit_plan.ts";
import { Visitor, type Wallet } from "./visitor.ts";

/** From the doctor's room, or the ward, to the door: what is to be paid, a terminal, and perhaps money back. */

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
  const errand = await beginErrand(stage, line, { patient, plan, closing });
  if (!errand) {
    told.notBegun += 1;
    return;
  }
  const bankUrl = stage.urls.aggregatePay;
  const wallet = walletOf(stage, patient);
  const stay = () =>
    new Visitor({ line, bankUrl, patient, wallet, told, closing }, plan, errand).stay();
  const stays = [stay()];
  if (plan.rivalAfterMs !== null) {
    await pause(plan.rivalAfterMs);
    stays.push(stay());
  }
  const orderId = (await Promise.all(stays)).find((id) => id !== null);
  if (!orderId || !plan.refund) return;
  const { refund } = plan;
  await pause(refund.afterMs);
  const leaving = { told, closing, refund, orderId, identificationId: errand.identificationId };
  if (plan.errand.kind === "deposit") {
    const settled = { deed: "settle-stay", cost: plan.errand.cost } as const;
    if (!await tried(closing, () => wardDoes(stage, patient, settled))) return;
  }
  const giveBack = plan.errand.kind === "deposit" ? giveStayBack : giveOrderBack;
  await Promise.all(Array.from({ length: refund.times }, () => giveBack(line, leaving)));
}

function walletOf({ desks, cards }: FaultStage, { terminalId, person }: Patient): Wallet {
  const desk = desks.get(terminalId) ?? null;
  const panOf = (kind: CityCard["kind"]) =>
    cards.find((card) => card.kind === kind && card.idNumber === person.idNumber)?.pan ?? null;
  return {
    desk,
    pans: { bank_card: panOf("bank_card"), financial_account: panOf("financial_account") },
  };
}

interface Leaving {
  readonly told: Told;
  readonly closing: AbortSignal;
  readonly refund: RefundPlan;
  readonly orderId: string;
  readonly identificationId: string;
}

async function giveOrderBack(line: TerminalLine, leaving: Leaving): Promise<void> {
  const { told, closing, refund: { lines }, orderId, identificationId } = leaving;
  const id = newId(new Date());
  const body = { id, identificationId, orderId, lines, why: "not_wanted" };
  const asked = await tried(closing, () => line.post<RefundView>("/refunds", body));
  if (!asked?.isOk) return;
  told.refundsAsked += 1;
  await lookUntil(closing, async () => {
    const reply = await line.get<RefundView>(`/refunds/${id}`);
    return reply?.isOk ? tellRefund(told, reply.body) : false;
  });
}

/** What is due after the stay goes back over its deposits (R-REF-07). */
async function giveStayBack(
  line: TerminalLine,
  { told, closing, identificationId }: Leaving,
): Promise<void> {
  const body = { id: newId(new Date()), identificationId };
  const asked = await tried(closing, () => line.post<DischargeView>("/discharge-refunds", body));
  if (!asked?.isOk) return;
  told.dischargesAsked += 1;
  await lookUntil(closing, async () => {
    const reply = await line.get<DischargeView>(`/discharge-refunds/${body.id}`);
    if (!reply?.isOk) return false;
    const ends = reply.body.refunds.map((view) => tellRefund(told, view));
    return reply.body.state !== "returning" && ends.every((isOver) => isOver);
  });
}

/** Whether it is over. */
function tellRefund(told: Told, { id, state }: RefundView): boolean {
  if (state === "returned") told.returned.add(id);
  return state === "returned" || state === "refused";
}

async function lookUntil(closing: AbortSignal, isOver: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < REFUND_LOOKS_MAX && !closing.aborted; look++) {
    if (await isOver()) return;
    await pause(TRY_MS);
  }
}
