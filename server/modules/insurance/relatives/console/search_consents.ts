import type { Kysely } from "kysely";
import type { Clock } from "../../../../platform/clock.ts";
import type { Sealer } from "../../../../platform/sealer.ts";
import { accountNames } from "../../../access/accounts/account_names.ts";
import { type Caller, requireScope } from "../../../access/caller.ts";
import { cutPage } from "../../../access/page.ts";
import type { AuditWriter } from "../../../audit/record_events.ts";
import type { AuditTables } from "../../../audit/tables.ts";
import { findPatientId } from "../../../identity/find_patient_id.ts";
import { maskIdNumber, maskName } from "../../../identity/masking.ts";
import type {
  ConsentState,
  RelativeConsent,
  RelativeConsentPage,
  SearchConsentsBody,
} from "./contract.ts";
import { type ConsentDb, type ConsentInScope, selectConsentsIn } from "./store.ts";

export interface ConsentConsoleDeps {
  readonly db: Kysely<ConsentDb & AuditTables>;
  readonly clock: Clock;
  readonly sealer: Sealer;
  readonly audit: AuditWriter;
}

const NOBODY = "***";

/** By the whole number only; the trail knows that somebody looked for a person, never which number. */
export async function searchConsents(
  deps: ConsentConsoleDeps,
  caller: Caller,
  { idNumber, state, after, limit }: SearchConsentsBody,
): Promise<RelativeConsentPage> {
  const scope = requireScope(caller, "relative.read");
  const plain = idNumber === undefined ? null : idNumber.replace(/[\s-]/g, "").toUpperCase();
  const of = plain === null ? null : await deps.sealer.index("id_number", plain);
  const asked = { scope, of, state, now: deps.clock.now(), after, limit: limit + 1 };
  const rows = await selectConsentsIn(deps.db, asked);
  const { page, next } = cutPage(rows, { limit, keyOf: ({ id }) => id });
  if (plain !== null) await tellSearch(deps, caller, { plain, found: page.length });
  return { consents: await viewConsents(deps, page), next };
}

async function tellSearch(
  deps: ConsentConsoleDeps,
  caller: Caller,
  { plain, found }: { readonly plain: string; readonly found: number },
): Promise<void> {
  const patientId = found > 0 ? await findPatientId(deps, plain) : null;
  await deps.db.transaction().execute((tx) =>
    deps.audit.record(tx, caller.actor, [{
      kind: "insurance.relative_consents_searched",
      result: "succeeded",
      ...(patientId !== null && { patientId }),
      fields: { found },
    }])
  );
}

export async function viewConsents(
  deps: Pick<ConsentConsoleDeps, "db" | "clock" | "sealer">,
  rows: readonly ConsentInScope[],
): Promise<RelativeConsent[]> {
  const names = await accountNames(deps, rows.map(({ withdrawn_by }) => withdrawn_by));
  const now = deps.clock.now();
  return await Promise.all(rows.map(async (row) => ({
    id: row.id,
    state: stateAt(row, now),
    patientId: row.patient_id,
    ...await masked(deps.sealer, row),
    relation: row.relation,
    credential: row.credential_kind,
    institutionName: row.institution_name,
    terminalNumber: row.terminal_number,
    givenAt: row.given_at.toISOString(),
    until: row.until_at.toISOString(),
    withdrawnAt: row.withdrawn_at?.toISOString() ?? null,
    withdrawnBy: withdrawnBy(row),
    withdrawnByName: names.get(row.withdrawn_by) ?? null,
  })));
}

export function stateAt(
  { withdrawn_at, until_at }: Pick<ConsentInScope, "withdrawn_at" | "until_at">,
  now: Date,
): ConsentState {
  if (withdrawn_at !== null) return "withdrawn";
  return until_at > now ? "in_force" : "expired";
}

function withdrawnBy(row: ConsentInScope): RelativeConsent["withdrawnBy"] {
  if (row.withdrawn_at === null) return null;
  return row.withdrawn_by === null ? "people" : "staff";
}

async function masked(
  sealer: Sealer,
  { name_sealed, id_number_sealed, relative_name_sealed }: ConsentInScope,
) {
  const [name, idNumber, relative] = await Promise.all([
    name_sealed && sealer.open("patient.name", name_sealed),
    id_number_sealed && sealer.open("patient.id_number", id_number_sealed),
    sealer.open("insurance_consent.relative_name", relative_name_sealed),
  ]);
  return {
    maskedPatientName: name === null ? NOBODY : maskName(name),
    maskedPatientIdNumber: idNumber === null ? NOBODY : maskIdNumber(idNumber),
    maskedRelativeName: maskName(relative),
  };
}
