import type { HisBill, HisPatient } from "../../../../gateways/his/wire.ts";
import { BILLS_PER_POSTING_MAX } from "../../../../gateways/his/wire.ts";
import { type Fen, parseYuan, sumFen } from "../../../../platform/money.ts";
import type { Outcome } from "../../../../platform/outcome.ts";
import { type RequestContent, wantedOf } from "../request.ts";
import type { SlipDeps } from "./slip_deps.ts";

/** What HIS says is due on a slip, now. */
export type Offer =
  | {
    readonly kind: "due";
    readonly patient: HisPatient;
    readonly bills: readonly HisBill[];
    readonly total: Fen;
    /** Bills of the slip that are no longer unpaid. */
    readonly settledCount: number;
    /** Bills beyond what one order pays. */
    readonly restCount: number;
  }
  | { readonly kind: "settled" }
  /** HIS has no such patient here; it will not have one in a minute. */
  | { readonly kind: "unknown_patient" }
  | { readonly kind: "unavailable" };

export async function askOffer(
  { his }: Pick<SlipDeps, "his">,
  institutionCode: string,
  content: RequestContent,
): Promise<Offer> {
  const patientId = content.patientNumber;
  const [found, listed] = await Promise.all([
    his.findPatient({ institutionCode, by: { kind: "patient_id", patientId } }),
    his.listBills({ institutionCode, patientId }),
  ]);
  const patient = found.kind === "done" ? found.value : undefined;
  if (patient === null || [found, listed].some(isUnknownPatient)) {
    return { kind: "unknown_patient" };
  }
  if (patient === undefined || listed.kind !== "done") return { kind: "unavailable" };
  const wanted = wantedOf(content, listed.value);
  const bills = wanted.slice(0, BILLS_PER_POSTING_MAX);
  if (bills.length === 0) return { kind: "settled" };
  const asked = "billIds" in content.bills ? new Set(content.bills.billIds).size : wanted.length;
  return {
    kind: "due",
    patient,
    bills,
    total: sumFen(bills.map(({ amount }) => parseYuan(amount))),
    settledCount: asked - wanted.length,
    restCount: wanted.length - bills.length,
  };
}

/** Some answer so to any question about him. */
function isUnknownPatient(outcome: Outcome<unknown>): boolean {
  return outcome.kind === "refused" && outcome.code === "unknown_patient";
}
