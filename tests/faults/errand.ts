import type { Patient } from "../../bench/load/patients.ts";
import type { CreateOrderBody } from "../../server/modules/checkout/contract.ts";
import type { IdentifyReply } from "../../server/modules/identity/contract.ts";
import type {
  DepartmentList,
  ScheduleList,
  SlotList,
} from "../../server/modules/registration/contract.ts";
import { newId } from "../../server/platform/ids.ts";
import { pause } from "./mortal_process.ts";
import type { FaultStage } from "./stage.ts";
import { control, type TerminalLine } from "./terminal_line.ts";
import type { ErrandPlan, VisitPlan } from "./visit_plan.ts";

/** What a patient comes to the terminal with: known there, and something to pay for. */
export type Errand = Pick<CreateOrderBody, "identificationId" | "payable" | "settlement">;

const TRIES_MAX = 20;
const TRY_MS = 1_000;

interface Coming {
  readonly patient: Patient;
  readonly plan: VisitPlan;
  readonly closing: AbortSignal;
}

/** Null for somebody who did not get that far. */
export async function beginErrand(
  stage: FaultStage,
  line: TerminalLine,
  { patient, plan, closing }: Coming,
): Promise<Errand | null> {
  const { errand } = plan;
  const prepared = errand.kind === "registration"
    ? null
    : await tried(closing, () => prepare(stage, patient, errand));
  if (errand.kind !== "registration" && !prepared) return null;
  const identified = await tried(closing, () => identify(line, patient));
  if (!identified) return null;
  const payable = errand.kind === "registration"
    ? await tried(closing, () => chooseSlot(line, identified.id, errand.slot))
    : prepared;
  if (!payable) return null;
  const isInsurable = plan.settlement === "insurance" && errand.kind !== "deposit";
  const isCovered = identified.isCovered && isInsurable;
  const settlement = isCovered ? "insurance" : "self_pay";
  return { identificationId: identified.id, payable, settlement };
}

/** What is done at HIS before the patient comes to the terminal. */
async function prepare(
  stage: FaultStage,
  patient: Patient,
  errand: Exclude<ErrandPlan, { kind: "registration" }>,
): Promise<Errand["payable"] | null> {
  if (errand.kind === "bills") return await writeBills(stage, patient);
  const isAdmitted = await wardDoes(stage, patient, { deed: "admit", cost: "0.00" });
  return isAdmitted ? { kind: "deposit", amount: { choice: errand.choice } } : null;
}

/** The ward admits; the in-patient desk settles the last stay. */
export async function wardDoes(
  { urls }: FaultStage,
  { person }: Patient,
  { deed, cost }: { readonly deed: "admit" | "settle-stay"; readonly cost: string },
): Promise<true | null> {
  const path = `${urls.his}/sandbox/persons/${person.idNumber}/${deed}`;
  const reply = await control(path, { cost });
  return reply?.isOk ? true : null;
}

/** By the doctor, at HIS. */
async function writeBills(
  { urls }: FaultStage,
  { person, institutionCode }: Patient,
): Promise<Errand["payable"] | null> {
  const path = `${urls.his}/sandbox/persons/${person.idNumber}/bills`;
  const reply = await control<{ billIds: string[] }>(path, { institutionCode });
  return reply?.isOk ? { kind: "bills", billIds: reply.body.billIds } : null;
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

/** The wanted one of those that are free at the first doctor who has any. */
async function chooseSlot(
  line: TerminalLine,
  identificationId: string,
  wanted: number,
): Promise<Errand["payable"] | null> {
  const path = `/identifications/${identificationId}`;
  const listed = await line.get<DepartmentList>(`${path}/departments`);
  const department = listed?.isOk && listed.body.departments.find((one) => one.openSlots > 0);
  if (!department) return null;
  const ofDepartment = new URLSearchParams({ department: department.code });
  const planned = await line.get<ScheduleList>(`${path}/schedules?${ofDepartment}`);
  const schedule = planned?.isOk && planned.body.schedules.find((one) => one.openSlots > 0);
  if (!schedule) return null;
  const ofSchedule = new URLSearchParams({ schedule: schedule.id });
  const cut = await line.get<SlotList>(`${path}/slots?${ofSchedule}`);
  const open = cut?.isOk ? cut.body.slots.filter((slot) => slot.open) : [];
  const slot = open[wanted % Math.max(open.length, 1)];
  return slot ? { kind: "registration", scheduleId: schedule.id, slotId: slot.id } : null;
}

/** The same again, as a terminal that has heard nothing does it. */
export async function tried<Value>(
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
