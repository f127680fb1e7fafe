import type { Transaction } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import { isUnchanged } from "../../../platform/tagged_table.ts";
import type { ClaimContext } from "../claim.ts";
import { schemesOf } from "../coverage.ts";
import type { InsuranceRoute } from "../insurance_route.ts";
import type { LegAnswer } from "../leg_answer.ts";
import { findConsent } from "../relatives/store.ts";
import type { ClaimKey, CoverageRow } from "../store.ts";
import { CHOICE_TAGGED, CONSENT_TAGGED, type InsuranceTables } from "../tables.ts";
import { findChoice, insertChoice } from "./store.ts";

export type ChoiceRefusal =
  | "insurance.record_changed"
  | "insurance.scheme_not_insured"
  | "insurance.consent_ended"
  | "insurance.scheme_by_his"
  | "insurance.relative_not_taken";

/** What an order was to be settled with. */
export interface Chosen {
  /** Under the scheme that was chosen. */
  readonly coverage: CoverageRow | null;
  readonly payerSealed: Uint8Array | null;
  readonly hasScheme: boolean;
  readonly hasPayer: boolean;
  readonly refusal: ChoiceRefusal | null;
}

type Tx = Transaction<InsuranceTables>;

export async function readChoice(
  tx: Tx,
  { tags }: { readonly tags: RowTags },
  { key, coverage, now }: {
    readonly key: ClaimKey;
    readonly coverage: CoverageRow | null;
    readonly now: Date;
  },
): Promise<Chosen> {
  const row = await findChoice(tx, key);
  const nothing = { coverage, payerSealed: null, hasScheme: false, hasPayer: false, refusal: null };
  if (row === null) return nothing;
  if (!await isUnchanged(tx, tags, { tagged: CHOICE_TAGGED, row })) {
    return { ...nothing, refusal: "insurance.record_changed" };
  }
  const under = coverage && chosenScheme(coverage, row.insutype);
  const payer = row.consent_id === null ? null : await findPayer(tx, tags, row.consent_id, now);
  return {
    coverage: under ?? coverage,
    payerSealed: payer?.psnNoSealed ?? null,
    hasScheme: row.insutype !== null,
    hasPayer: row.consent_id !== null,
    refusal: coverage !== null && under === null
      ? "insurance.scheme_not_insured"
      : payer?.refusal ?? null,
  };
}

/** HIS says itself under which scheme it settles (R-BIL-10); a relative is named by FSI alone. */
export function refusalOnRoute(
  { hasScheme, hasPayer, refusal }: Pick<Chosen, "hasScheme" | "hasPayer" | "refusal">,
  route: InsuranceRoute,
): ChoiceRefusal | null {
  if (hasScheme && route === "his") return "insurance.scheme_by_his";
  if (hasPayer && route !== "fsi") return "insurance.relative_not_taken";
  return refusal;
}

/** What stays of a refunded order is settled as that was, also where the consent has ended since. */
export function notAsChosen(
  chosen: Chosen,
  { context, route }: { readonly context: ClaimContext; readonly route: InsuranceRoute },
): LegAnswer | null {
  const code = refusalOnRoute(chosen, route);
  if (code === null || (code === "insurance.consent_ended" && context.chosenFor)) return null;
  return { kind: "refused", code, text: "" };
}

/** Gives a refund's own claim what was chosen for the order it is left of. */
export async function copyChoice(
  tx: Tx,
  { tags, clock }: { readonly tags: RowTags; readonly clock: Clock },
  { orderId, at, chosenFor }: ClaimContext,
): Promise<void> {
  const from = chosenFor &&
    await findChoice(tx, { order_id: chosenFor.id, at: chosenFor.at });
  if (!from || !await isUnchanged(tx, tags, { tagged: CHOICE_TAGGED, row: from })) return;
  const { institution_id, consent_id, insutype } = from;
  const changed_at = clock.now();
  await insertChoice(tx, tags, {
    order_id: orderId,
    at,
    institution_id,
    consent_id,
    insutype,
    relative_fen: null,
    changed_at,
  });
}

/** Null when the person is not insured under it. */
export function chosenScheme(coverage: CoverageRow, insutype: string | null): CoverageRow | null {
  if (insutype === null) return coverage;
  const scheme = schemesOf(coverage).find((one) => one.insutype === insutype);
  return scheme
    ? {
      ...coverage,
      insutype: scheme.insutype,
      insuplc_admdvs: scheme.insuplc,
      psn_type: scheme.psnType,
      balance_fen: BigInt(scheme.balanceFen),
    }
    : null;
}

async function findPayer(
  tx: Tx,
  tags: RowTags,
  consentId: string,
  now: Date,
): Promise<{ psnNoSealed: Uint8Array | null; refusal: ChoiceRefusal | null }> {
  const row = await findConsent(tx, consentId);
  if (row === null) return { psnNoSealed: null, refusal: "insurance.consent_ended" };
  if (!await isUnchanged(tx, tags, { tagged: CONSENT_TAGGED, row })) {
    return { psnNoSealed: null, refusal: "insurance.record_changed" };
  }
  const ended = row.withdrawn_at !== null || row.until_at <= now;
  return {
    psnNoSealed: row.relative_psn_no_sealed,
    refusal: ended ? "insurance.consent_ended" : null,
  };
}
