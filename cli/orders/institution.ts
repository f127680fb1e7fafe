import type { Kysely } from "kysely";
import { listInstitutionsByCode } from "../../server/modules/access/find_organisation.ts";
import type { Organisation } from "../../server/modules/access/organisation.ts";
import type { Tables } from "../../server/schema.ts";
import { StartError, UsageError } from "../command.ts";

/** The institution an option names by its code; throws UsageError or StartError. */
export async function institutionNamed(
  db: Kysely<Tables>,
  code: string | undefined,
): Promise<Organisation> {
  if (code === undefined) throw new UsageError("缺少 --institution <机构编码>。加 --help 看说明。");
  const institution = (await listInstitutionsByCode(db, [code])).get(code);
  if (!institution) throw new StartError(`没有编码为 "${code}" 的机构`);
  return institution;
}
