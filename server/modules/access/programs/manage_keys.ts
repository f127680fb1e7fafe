import type { Kysely } from "kysely";
import type { SmProvider } from "../../../../crypto/provider.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import type { SecurityPolicies } from "../policy/security_policies.ts";
import type { AccessTables } from "../tables.ts";
import { programKeyColumns, type ProgramKeyRow } from "./program_key.ts";
import type { ProgramTables } from "./tables.ts";

export interface ManageKeysDeps {
  readonly db: Kysely<ProgramTables & AccessTables & AuditTables>;
  readonly clock: Clock;
  readonly provider: SmProvider;
  readonly rowTags: RowTags;
  readonly audit: AuditWriter;
  readonly policies: Pick<SecurityPolicies, "get">;
}

export async function taggedKey(
  { rowTags }: Pick<ManageKeysDeps, "rowTags">,
  row: Omit<ProgramKeyRow, "tag">,
): Promise<ProgramKeyRow> {
  return { ...row, tag: await rowTags.tag("program_key", programKeyColumns(row)) };
}

/** Tagged anew only if its tag fitted: a row changed past the platform is not made good by ours. */
export async function changedKey(
  deps: Pick<ManageKeysDeps, "rowTags">,
  row: ProgramKeyRow,
  to: Pick<ProgramKeyRow, "ended_at" | "ended_why" | "ended_by">,
): Promise<ProgramKeyRow> {
  const fitted = await deps.rowTags.fits("program_key", programKeyColumns(row), row.tag);
  return fitted ? await taggedKey(deps, { ...row, ...to }) : { ...row, ...to };
}
