import type { Patient } from "../../bench/load/patients.ts";
import type { CityCard } from "../../sandbox/card_host/bank_cards.ts";
import type { RefundView } from "../../server/modules/refund/contract.ts";
import { newId } from "../../server/platform/ids.ts";
import { Dice, partSeed } from "../simulation/dice.ts";
import { beginErrand, tried } from "./errand.ts";
import { pause } from "./mortal_process.ts";
import type { FaultStage } from "./stage.ts";
import { type TerminalLine, terminalLine } from "./terminal_line.ts";
import type { Told } from "./told.ts";
import type { RefundPlan, VisitPlan } from "./visit_plan.ts";
import { Visitor, type Wallet } from "./visitor.ts";

/** From the doctor's room to the door: a bill or a wish to register, a terminal, and perhaps money back. */

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
  const asked = Array.from(
    { length: refund.times },
    () =>
      giveBack(line, { told, closing, refund, orderId, identificationId: errand.identificationId }),
  );
  await Promise.all(asked);
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
