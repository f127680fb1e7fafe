import { parseYuan, sumFen } from "../../platform/money.ts";
import { done, mapDone, type Outcome, unknown } from "../../platform/outcome.ts";
import { exchange, type HisLine } from "./exchange.ts";
import { inpatientCalls, type InpatientHis } from "./inpatient_calls.ts";
import * as wire from "./wire.ts";

/** The hospital information system; a read that is lost changed nothing, a change may have. */
export interface HisClient extends InpatientHis {
  findPatient(body: wire.FindPatient): Promise<Outcome<wire.HisPatient | null>>;
  createPatient(body: wire.CreatePatient): Promise<Outcome<wire.HisPatient>>;
  listBills(body: PatientPlace): Promise<Outcome<readonly wire.HisBill[]>>;
  listDepartments(
    body: { readonly institutionCode: string; readonly from: string },
  ): Promise<Outcome<readonly wire.HisDepartment[]>>;
  listSchedules(body: wire.ListSchedules): Promise<Outcome<readonly wire.HisSchedule[]>>;
  listSlots(
    body: { readonly institutionCode: string; readonly scheduleId: string },
  ): Promise<Outcome<readonly wire.HisSlot[]>>;
  findHabit(body: PatientPlace): Promise<Outcome<wire.HisHabit>>;
  hold(body: wire.Hold): Promise<Outcome<wire.Held>>;
  release(
    body: { readonly holdId: string; readonly institutionCode: string },
  ): Promise<Outcome<null>>;
  post(body: wire.Post): Promise<Outcome<wire.Posted>>;
  findPosting(body: PostingPlace): Promise<Outcome<wire.FoundPosting>>;
  cancel(body: PostingPlace): Promise<Outcome<null>>;
  findReturnable(body: PostingPlace): Promise<Outcome<wire.FoundReturnable>>;
  returnPosting(body: wire.Return): Promise<Outcome<wire.ReturnedPosting>>;
  presettleClaim(body: wire.PresettleClaim): Promise<Outcome<wire.PresettledClaim>>;
  settleClaim(body: wire.SettleClaim): Promise<Outcome<wire.SettledClaim>>;
  findClaim(body: wire.ClaimPlace): Promise<Outcome<wire.FoundClaim>>;
  voidClaim(body: wire.ClaimPlace): Promise<Outcome<wire.VoidedClaim>>;
  releaseClaim(body: wire.ClaimPlace): Promise<Outcome<null>>;
  findReturn(
    body: { readonly institutionCode: string; readonly returnId: string },
  ): Promise<Outcome<wire.FoundReturn>>;
}

interface PatientPlace {
  readonly institutionCode: string;
  readonly patientId: string;
}

interface PostingPlace {
  readonly institutionCode: string;
  readonly postingId: string;
}

export function openHisClient(line: HisLine): HisClient {
  return {
    ...patientCalls(line),
    ...scheduleCalls(line),
    ...orderCalls(line),
    ...returnCalls(line),
    ...claimCalls(line),
    ...inpatientCalls(line),
  };
}

function patientCalls(
  line: HisLine,
): Pick<HisClient, "findPatient" | "createPatient" | "listBills"> {
  return {
    async findPatient(body) {
      const answer = wire.foundPatientSchema;
      const outcome = await exchange(line, { name: "find_patient", body, answer, readOnly: true });
      return mapDone(outcome, (found) => found.patient);
    },
    async createPatient(body) {
      const answer = wire.createdPatientSchema;
      const outcome = await exchange(line, { name: "create_patient", body, answer });
      return mapDone(outcome, (created) => created.patient);
    },
    async listBills(body) {
      const answer = wire.billsSchema;
      const outcome = await exchange(line, { name: "bills", body, answer, readOnly: true });
      if (outcome.kind !== "done") return outcome;
      const wrong = outcome.value.bills.find((bill) => !addsUp(bill));
      return wrong
        ? unknown(`HIS's bill "${wrong.billId}" is not the sum of its lines`)
        : done(outcome.value.bills);
    },
  };
}

function scheduleCalls(
  line: HisLine,
): Pick<HisClient, "listDepartments" | "listSchedules" | "listSlots" | "findHabit"> {
  return {
    async listDepartments(body) {
      const answer = wire.departmentsSchema;
      const outcome = await exchange(line, { name: "departments", body, answer, readOnly: true });
      return mapDone(outcome, (listed) => listed.departments);
    },
    async listSchedules(body) {
      const answer = wire.schedulesSchema;
      const outcome = await exchange(line, { name: "schedules", body, answer, readOnly: true });
      return mapDone(outcome, (listed) => listed.schedules);
    },
    async listSlots(body) {
      const answer = wire.slotsSchema;
      const outcome = await exchange(line, { name: "slots", body, answer, readOnly: true });
      return mapDone(outcome, (listed) => listed.slots);
    },
    async findHabit(body) {
      const answer = wire.habitSchema;
      const outcome = await exchange(line, { name: "habit", body, answer, readOnly: true });
      return mapDone(outcome, (found) => found.habit);
    },
  };
}

function orderCalls(
  line: HisLine,
): Pick<HisClient, "hold" | "release" | "post" | "findPosting" | "cancel"> {
  return {
    async hold(body) {
      const outcome = await exchange(line, { name: "hold", body, answer: wire.heldSchema });
      if (outcome.kind !== "done") return outcome;
      if (outcome.value.holdId !== body.holdId) return unknown("HIS answered about another hold");
      return addsUp(outcome.value) ? outcome : unknown("HIS's fee is not the sum of its lines");
    },
    async release(body) {
      const answer = wire.releasedSchema;
      return mapDone(await exchange(line, { name: "release", body, answer }), () => null);
    },
    async post(body) {
      const outcome = await exchange(line, { name: "post", body, answer: wire.postedSchema });
      if (outcome.kind !== "done") return outcome;
      const { postingId, total } = outcome.value;
      if (postingId !== body.postingId) return unknown("HIS answered about another posting");
      return total === body.total ? outcome : unknown("HIS confirmed another total");
    },
    async findPosting(body) {
      const answer = wire.foundPostingSchema;
      return await exchange(line, { name: "find_posting", body, answer, readOnly: true });
    },
    async cancel(body) {
      const answer = wire.cancelledSchema;
      return mapDone(await exchange(line, { name: "cancel", body, answer }), () => null);
    },
  };
}

function returnCalls(
  line: HisLine,
): Pick<HisClient, "findReturnable" | "returnPosting" | "findReturn"> {
  return {
    async findReturnable(body) {
      const answer = wire.foundReturnableSchema;
      return await exchange(line, { name: "returnable", body, answer, readOnly: true });
    },
    async returnPosting(body) {
      const outcome = await exchange(line, { name: "return", body, answer: wire.returnedSchema });
      if (outcome.kind !== "done") return outcome;
      const { returnId, total } = outcome.value;
      if (returnId !== body.returnId) return unknown("HIS answered about another return");
      return total === body.total ? outcome : unknown("HIS gave back another total");
    },
    async findReturn(body) {
      const answer = wire.foundReturnSchema;
      return await exchange(line, { name: "find_return", body, answer, readOnly: true });
    },
  };
}

/** An answer about another claim is none. */
function claimCalls(
  line: HisLine,
): Pick<
  HisClient,
  "presettleClaim" | "settleClaim" | "findClaim" | "voidClaim" | "releaseClaim"
> {
  return {
    async presettleClaim(body) {
      const answer = wire.presettledClaimSchema;
      return ofClaim(body, await exchange(line, { name: "presettle_claim", body, answer }));
    },
    async settleClaim(body) {
      const answer = wire.settledClaimSchema;
      return ofClaim(body, await exchange(line, { name: "settle_claim", body, answer }));
    },
    async findClaim(body) {
      const answer = wire.foundClaimSchema;
      return await exchange(line, { name: "find_claim", body, answer, readOnly: true });
    },
    async voidClaim(body) {
      const answer = wire.voidedClaimSchema;
      return ofClaim(body, await exchange(line, { name: "void_claim", body, answer }));
    },
    async releaseClaim(body) {
      const answer = wire.releasedClaimSchema;
      const outcome = await exchange(line, { name: "release_claim", body, answer });
      return mapDone(ofClaim(body, outcome), () => null);
    },
  };
}

function ofClaim<Answer extends { readonly claimId: string }>(
  body: { readonly claimId: string },
  outcome: Outcome<Answer>,
): Outcome<Answer> {
  const isOther = outcome.kind === "done" && outcome.value.claimId !== body.claimId;
  return isOther ? unknown("HIS answered about another claim") : outcome;
}

/** Rule 2: the total that moves money must be the sum the patient is shown. */
function addsUp(priced: { readonly amount: string; readonly lines: readonly wire.FeeLine[] }) {
  return parseYuan(priced.amount) === sumFen(priced.lines.map((line) => parseYuan(line.amount)));
}
