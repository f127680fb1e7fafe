import type * as wire from "../../server/gateways/his/wire.ts";
import type { InpatientAccount, ReturnDeposit } from "../../server/gateways/his/wire/inpatient.ts";
import { businessDay } from "../../server/platform/clock.ts";
import { formatYuan, parseYuan } from "../../server/platform/money.ts";
import type { CityInstitution } from "../city/city.ts";
import { numberIn, type Row, textIn } from "../sqlite.ts";
import { type Answer, ok, refuse } from "./answer.ts";
import { type Effect, refusal } from "./bill_postings.ts";
import type { His } from "./his_calls.ts";

/** In-patients: stays, their deposits (预交金) and what is due back once a stay is settled. */

export const DEPOSIT_FEN_MIN = 10_000n;
export const DEPOSIT_FEN_MAX = 2_000_000n;
/** Below this balance HIS suggests to fill up to it. */
const WANTED_FEN = 200_000n;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function findInpatientAccount(
  his: His,
  { patientId }: { readonly patientId: string },
  institution: CityInstitution,
): Answer {
  const stay = lastStay(his, institution.code, patientId);
  return ok({ account: stay && accountOf(his, stay) });
}

/** The stay that is, or was last. */
export function lastStay(his: His, institution: string, patientId: string): Row | null {
  return his.store.find(
    `select * from admission where institution = ? and patient_id = ?
     order by serial desc limit 1`,
    institution,
    patientId,
  );
}

function accountOf(his: His, stay: Row): InpatientAccount {
  const balance = balanceOf(his, stay);
  const state = stateOf(stay);
  const suggested = balance < WANTED_FEN ? WANTED_FEN - balance : null;
  const within = suggested !== null && suggested >= DEPOSIT_FEN_MIN && suggested <= DEPOSIT_FEN_MAX;
  return {
    admissionNumber: textIn(stay, "admission_number"),
    name: textIn(stay, "name"),
    ward: textIn(stay, "ward"),
    bed: textIn(stay, "bed"),
    admittedOn: businessDay(new Date(numberIn(stay, "at"))),
    state,
    balance: formatYuan(balance),
    topUp: state === "settled" ? null : {
      minimum: formatYuan(DEPOSIT_FEN_MIN),
      maximum: formatYuan(DEPOSIT_FEN_MAX),
      suggested: within ? formatYuan(suggested) : null,
    },
    refund: state === "settled"
      ? { due: formatYuan(balance > 0n ? balance : 0n), deposits: depositsLeft(his, stay) }
      : null,
  };
}

function stateOf(stay: Row): InpatientAccount["state"] {
  const state = textIn(stay, "state");
  return state === "settled" || state === "discharged" ? state : "admitted";
}

/** Deposits less what went back of them, less what the stay cost. */
function balanceOf({ store }: His, stay: Row): bigint {
  const number = textIn(stay, "admission_number");
  const row = store.find(
    `select
       (select coalesce(sum(amount_fen), 0) from deposit where admission_number = ?) as paid,
       (select coalesce(sum(given.total_fen), 0) from posting_return as given
         join deposit on deposit.posting_id = given.posting_id
         where deposit.admission_number = ?) as returned`,
    number,
    number,
  );
  const paid = row ? numberIn(row, "paid") - numberIn(row, "returned") : 0;
  return BigInt(paid - numberIn(stay, "cost_fen"));
}

/** Of deposits that came by the platform. */
function depositsLeft({ store }: His, stay: Row): { postingId: string; left: string }[] {
  return store.all(
    `select posting_id, amount_fen - (select coalesce(sum(given.total_fen), 0)
       from posting_return as given where given.posting_id = deposit.posting_id) as left_fen
     from deposit where admission_number = ? order by serial`,
    textIn(stay, "admission_number"),
  ).map((row) => ({
    postingId: textIn(row, "posting_id"),
    left: formatYuan(BigInt(numberIn(row, "left_fen"))),
  })).filter(({ postingId, left }) => UUID.test(postingId) && left !== "0.00");
}

export function postDeposit(his: His, body: wire.Post, admissionNumber: string): Effect {
  const stay = his.store.find(
    "select * from admission where admission_number = ?",
    admissionNumber,
  );
  const isOfPatient = stay && stay["patient_id"] === body.patientId &&
    stay["institution"] === body.institutionCode;
  if (!isOfPatient || stateOf(stay) === "settled") {
    return refusal("not_admitted", "患者没有可充值的住院登记");
  }
  const amount = BigInt(parseYuan(body.total));
  if (amount < DEPOSIT_FEN_MIN || amount > DEPOSIT_FEN_MAX) {
    return refusal("amount_limits", "充值金额超出允许范围");
  }
  addDeposit(his, { postingId: body.postingId, admissionNumber, amountFen: amount });
  return {
    kind: "posted",
    guidance: [`预交金余额 ${formatYuan(balanceOf(his, stay))} 元`],
  };
}

export function addDeposit(
  { store, clock }: His,
  deposit: {
    readonly postingId: string;
    readonly admissionNumber: string;
    readonly amountFen: bigint;
  },
): void {
  store.run(
    "insert into deposit (posting_id, admission_number, amount_fen, at) values (?, ?, ?, ?)",
    deposit.postingId,
    deposit.admissionNumber,
    deposit.amountFen,
    clock.now().getTime(),
  );
}

export function unpostDeposit({ store }: His, postingId: string): void {
  store.run("delete from deposit where posting_id = ?", postingId);
}

export function isDeposit({ store }: His, postingId: string): boolean {
  return store.find("select serial from deposit where posting_id = ?", postingId) !== null;
}

/** Why so much of a deposit is not paid out; null when it may be. */
export function depositRefusal(his: His, { postingId, total }: ReturnDeposit): Answer | null {
  const stay = his.store.find(
    `select admission.* from admission join deposit
       on deposit.admission_number = admission.admission_number where deposit.posting_id = ?`,
    postingId,
  );
  if (!stay) return refuse("unknown_posting", "没有此预交金");
  if (stateOf(stay) !== "settled") return refuse("not_settled", "尚未办理出院结算");
  const wanted = parseYuan(total);
  const left = depositsLeft(his, stay).find((deposit) => deposit.postingId === postingId)?.left;
  const isTooMuch = wanted > balanceOf(his, stay) || wanted > parseYuan(left ?? "0");
  return isTooMuch || wanted <= 0n ? refuse("amount_mismatch", "超出应退金额") : null;
}
