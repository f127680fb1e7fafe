import { sumFen } from "../../platform/money.ts";
import { DomainError } from "../../platform/errors.ts";
import { findRequests } from "../refund/begun_refunds.ts";
import type { RefundView } from "../refund/contract.ts";
import { readRefund } from "../refund/read_refund.ts";
import type { DischargeState, DischargeView } from "./contract.ts";
import { type DischargeDeps, partsIn } from "./request_discharge.ts";
import { type DischargeRow, findDischarge } from "./store.ts";

export function dischargeNotFound(id: string): DomainError {
  return new DomainError("inpatient.not_found", `Cannot find discharge refund "${id}"`);
}

export async function getDischarge(
  { db }: Pick<DischargeDeps, "db">,
  id: string,
): Promise<DischargeRow> {
  const row = await findDischarge(db, id);
  if (!row) throw dischargeNotFound(id);
  return row;
}

/** The request as its refunds stand. */
export async function readDischarge(
  deps: DischargeDeps,
  row: DischargeRow,
): Promise<DischargeView> {
  const parts = partsIn(row);
  const rows = await findRequests(deps.db, parts.map(({ refundId }) => refundId));
  const refunds = await Promise.all(rows.map((request) => readRefund(deps, request)));
  const hereFen = sumFen(
    refunds.filter(({ state }) => state !== "refused" && state !== "rejected").map(({ valueFen }) =>
      BigInt(valueFen)
    ),
  );
  return {
    id: row.id,
    state: stateOf(refunds, parts.length),
    dueFen: row.due_fen.toString(),
    hereFen: hereFen.toString(),
    elsewhereFen: (row.due_fen - hereFen).toString(),
    refunds,
  };
}

/** A part that never began is as one that HIS refused: another refund was faster. */
function stateOf(refunds: readonly RefundView[], parts: number): DischargeState {
  const states = refunds.map(({ state }) => state);
  if (states.includes("needs_attention")) return "needs_attention";
  if (states.some((state) => state === "returning" || state === "asked")) return "returning";
  const returned = states.filter((state) => state === "returned").length;
  if (returned === 0) return "refused";
  return returned === parts ? "returned" : "partly";
}
