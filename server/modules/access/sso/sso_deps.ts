import type { Kysely } from "kysely";
import type { SsoClient } from "../../../gateways/sso/sso_client.ts";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import type { Sealer } from "../../../platform/sealer.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import type { SignInTables } from "../sign_in/tables.ts";
import type { AccessTables } from "../tables.ts";
import type { SsoProviderName } from "./contract.ts";
import type { SsoTables } from "./tables.ts";

/** Those the configuration names. */
export type SsoClients = ReadonlyMap<SsoProviderName, SsoClient>;

export interface SsoDeps {
  readonly db: Kysely<SsoTables & SignInTables & AccessTables & AuditTables>;
  readonly clock: Clock;
  readonly sealer: Sealer;
  readonly rowTags: RowTags;
  readonly audit: AuditWriter;
  readonly clients: SsoClients;
}

/** Throws DomainError `access.not_found`. */
export function getClient(
  { clients }: Pick<SsoDeps, "clients">,
  provider: SsoProviderName,
): SsoClient {
  const client = clients.get(provider);
  if (client) return client;
  throw new DomainError("access.not_found", `Cannot sign on by "${provider}": not configured`);
}
