import { certificateFactor } from "./modules/access/certificates/certificate_factor.ts";
import { programDoor } from "./modules/access/programs/program_door.ts";
import { ProgramRefusals } from "./modules/access/programs/program_refusals.ts";
import { tellChangedRow } from "./modules/audit/changed_row.ts";
import type { AuditWriter } from "./modules/audit/record_events.ts";
import { BrokenRows } from "./modules/access/rights/broken_rows.ts";
import { effectiveRights } from "./modules/access/rights/effective_rights.ts";
import { SecurityPolicies } from "./modules/access/policy/security_policies.ts";
import type { ConsoleDoorDeps } from "./modules/access/sign_in/console_door.ts";
import { PasswordWork } from "./modules/access/sign_in/password_work.ts";
import { RefusalTrail } from "./modules/access/sign_in/refusal_trail.ts";
import { RightsCache } from "./modules/access/sign_in/rights_cache.ts";
import type { SignInDeps } from "./modules/access/sign_in/sign_in_deps.ts";
import { outsideOf } from "./outside_services.ts";
import { RateLimits } from "./platform/rate_limit.ts";
import type { RowTags } from "./platform/row_tags.ts";
import type { Tables } from "./schema.ts";
import type { PlatformDeps } from "./services.ts";
import type { Kysely } from "kysely";

/** What the console's API runs on. */
export interface ConsoleServices extends ConsoleDoorDeps, SignInDeps {
  readonly db: Kysely<Tables>;
  readonly rights: RightsCache;
  readonly refusals: RefusalTrail;
  readonly programRefusals: ProgramRefusals;
  readonly rateLimits: RateLimits;
}

export function consoleServices(
  platform: PlatformDeps,
  { audit, rowTags }: { readonly audit: AuditWriter; readonly rowTags: RowTags },
): ConsoleServices {
  const { db, clock, log, sealer } = platform;
  const brokenRows = new BrokenRows({ db, clock, audit, log });
  const rightsDeps = { db, clock, rowTags, brokenRows };
  const outside = outsideOf({ platform, audit, rowTags });
  const onBroken = (rowId: string) =>
    tellChangedRow({ db, clock, log, audit }, { table: "security_policy", rowId, by: "policy" });
  const programRefusals = new ProgramRefusals({ db, clock, audit });
  return {
    db,
    clock,
    audit,
    rowTags,
    brokenRows,
    sealer,
    refusals: new RefusalTrail({ db, clock, audit }),
    programRefusals,
    rateLimits: new RateLimits({ db, clock }),
    passwords: new PasswordWork({ iterations: platform.passwordIterations }),
    ...(outside.authorities && { certificates: certificateFactor(outside) }),
    authenticateProgram: programDoor({ ...outside, refusals: programRefusals }),
    policies: new SecurityPolicies({ db, clock, log, rowTags, onBroken }),
    rights: new RightsCache({
      clock,
      findRights: async (ask) => (await effectiveRights(rightsDeps, ask))?.rights ?? new Map(),
    }),
  };
}
