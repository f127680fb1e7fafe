import type { Sealer } from "../../platform/sealer.ts";
import type { RequestRow } from "./store.ts";

/** What staff writes on a request may name people: it is sealed. */
export type Written = "note" | "decision_note";

/** What staff wrote on a request. */
export async function openWritten(
  sealer: Sealer,
  column: Written,
  row: Pick<RequestRow, "note_sealed" | "decision_note_sealed">,
): Promise<string | null> {
  const sealed = row[`${column}_sealed`];
  return sealed === null ? null : await sealer.open(`refund_request.${column}`, sealed);
}

/** Null for nothing written. */
export async function sealWritten(
  sealer: Sealer,
  column: Written,
  text: string | null,
): Promise<Uint8Array | null> {
  return text ? await sealer.seal(`refund_request.${column}`, text) : null;
}
