import type { AuditWriter } from "./modules/audit/record_events.ts";
import { BrokenRows } from "./modules/access/rights/broken_rows.ts";
import { effectiveRights } from "./modules/access/rights/effective_rights.ts";
import { SecurityPolicies } from "./modules/access/policy/security_policies.ts";
import type { ConsoleDoorDeps } from "./modules/access/sign_in/console_door.ts";
import type { OneTimePasswordDeps } from "./modules/access/sign_in/one_time_password.ts";
import { PasswordWork } from "./modules/access/sign_in/password_work.ts";
import { RightsCache } from "./modules/access/sign_in/rights_cache.ts";
import type { RowTags } from "./platform/row_tags.ts";
import type { PlatformDeps } from "./services.ts";

/** What the console's API runs on. */
export type ConsoleServices = ConsoleDoorDeps & OneTimePasswordDeps;

export function consoleServices(
  platform: PlatformDeps,
  { audit, rowTags }: { readonly audit: AuditWriter; readonly rowTags: RowTags },
): ConsoleServices {
  const { db, clock, log } = platform;
  const brokenRows = new BrokenRows({ db, clock, audit });
  const rightsDeps = { db, clock, rowTags, brokenRows };
  return {
    db,
    clock,
    audit,
    rowTags,
    passwords: new PasswordWork({ iterations: platform.passwordIterations }),
    policies: new SecurityPolicies({ db, clock, log, rowTags }),
    rights: new RightsCache({
      clock,
      findRights: async (ask) => (await effectiveRights(rightsDeps, ask))?.rights ?? new Map(),
    }),
  };
}
