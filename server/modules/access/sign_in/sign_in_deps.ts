import type { Kysely } from "kysely";
import type { AuditTables } from "../../audit/tables.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { SecurityPolicies } from "../policy/security_policies.ts";
import type { CertificateTables } from "../certificates/tables.ts";
import type { SecondFactorDeps } from "./factors/second_factor.ts";
import type { KeepPasswordDeps } from "./keep_password.ts";
import type { PasswordWork } from "./password_work.ts";
import type { RightsCache } from "./rights_cache.ts";
import type { SignInTables } from "./tables.ts";

/** What every step of signing in works with. */
export interface SignInDeps extends SecondFactorDeps, KeepPasswordDeps {
  readonly db: Kysely<SignInTables & CertificateTables & AuditTables>;
  readonly audit: AuditWriter;
  readonly policies: SecurityPolicies;
  readonly passwords: PasswordWork;
  readonly rights: RightsCache;
}

/** Where a request comes from and in which browser. */
export interface SignInVisit {
  readonly deviceHash: Uint8Array;
  readonly agent: string | null;
  readonly address: string | null;
  readonly traceId: string;
}
