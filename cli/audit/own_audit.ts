import type { Kysely } from "kysely";
import type { SmProvider } from "../../crypto/provider.ts";
import { type AuditWriter, createAuditWriter } from "../../server/modules/audit/record_events.ts";
import { policyRetentionDays } from "../../server/modules/access/policy/retention_days.ts";
import { SecurityPolicies } from "../../server/modules/access/policy/security_policies.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { loadConfig } from "../../server/platform/config.ts";
import { SILENT_LOG } from "../../server/platform/log.ts";
import { createRowTags } from "../../server/platform/row_tags.ts";
import type { Tables } from "../../server/schema.ts";
import { openConfigured } from "../database.ts";
import { openProvider, readKeyStore } from "../platform_keys.ts";

/** Database and keys as a command on the server's shell uses them, with the trail it writes. */
export interface OwnAudit extends AsyncDisposable {
  readonly db: Kysely<Tables>;
  readonly clock: typeof SYSTEM_CLOCK;
  readonly provider: SmProvider;
  readonly audit: AuditWriter;
  /** How long the security policies want events kept. */
  readonly policyDays: () => Promise<number>;
}

export async function openOwnAudit(
  file: string | undefined,
): Promise<OwnAudit> {
  const config = await loadConfig(file === undefined ? {} : { file });
  await using stack = new AsyncDisposableStack();
  const { provider } = stack.use(
    await openProvider(config.crypto, await readKeyStore(config.crypto)),
  );
  const { db } = stack.use(await openConfigured(config, 2));
  const clock = SYSTEM_CLOCK;
  const policies = new SecurityPolicies({
    db,
    clock,
    log: SILENT_LOG,
    rowTags: createRowTags(provider),
  });
  const opened = stack.move();
  return {
    db,
    clock,
    provider,
    audit: createAuditWriter({ clock, provider }),
    policyDays: () => policyRetentionDays(policies),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
