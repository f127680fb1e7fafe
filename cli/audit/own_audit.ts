import type { Kysely } from "kysely";
import type { SmProvider } from "../../crypto/provider.ts";
import { type AuditWriter, createAuditWriter } from "../../server/modules/audit/record_events.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { type Config, loadConfig } from "../../server/platform/config.ts";
import type { Tables } from "../../server/schema.ts";
import { openConfigured } from "../database.ts";
import { openProvider, readKeyStore } from "../platform_keys.ts";

/** Database and keys as a command on the server's shell uses them, with the trail it writes. */
export interface OwnAudit extends AsyncDisposable {
  readonly config: Config;
  readonly db: Kysely<Tables>;
  readonly clock: typeof SYSTEM_CLOCK;
  readonly provider: SmProvider;
  readonly audit: AuditWriter;
}

export async function openOwnAudit(
  file: string | undefined,
  as: "application" | "owner" = "application",
): Promise<OwnAudit> {
  const config = await loadConfig(file === undefined ? {} : { file });
  await using stack = new AsyncDisposableStack();
  const { provider } = stack.use(
    await openProvider(config.crypto, await readKeyStore(config.crypto)),
  );
  const { url, owner_url, ...rest } = config.database;
  const asked = as === "owner" ? owner_url ?? url : url;
  const database = { ...rest, ...(asked !== undefined && { url: asked }) };
  const { db } = stack.use(await openConfigured({ ...config, database }, 2));
  const clock = SYSTEM_CLOCK;
  const opened = stack.move();
  return {
    config,
    db,
    clock,
    provider,
    audit: createAuditWriter({ clock, provider }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
