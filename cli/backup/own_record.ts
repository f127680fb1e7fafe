import { shellActor } from "../../server/modules/audit/actor.ts";
import type { AuditEvent } from "../../server/modules/audit/event.ts";
import { createAuditWriter } from "../../server/modules/audit/record_events.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import type { BackupConfig } from "../../server/platform/config.ts";
import { reasonOf } from "../../server/platform/errors.ts";
import { complain } from "../command.ts";
import { openConfigured } from "../database.ts";
import { openProvider, readKeyStore } from "../platform_keys.ts";

/** Into the platform's trail; throws where this machine has neither its database nor its keys. */
export async function recordEvents(
  config: BackupConfig,
  by: string,
  events: readonly AuditEvent[],
): Promise<void> {
  await using keys = await openProvider(config.crypto, await readKeyStore(config.crypto));
  await using opened = await openConfigured(config, 1);
  const audit = createAuditWriter({ clock: SYSTEM_CLOCK, provider: keys.provider });
  await opened.db.transaction().execute((tx) => audit.record(tx, shellActor(by), events));
}

/**
 * What was done stands, whether the trail could be told or not: a machine that only keeps backups
 * has no keys of the trail's. `how` says how it gets there.
 */
export async function tryToRecord(
  config: BackupConfig,
  { by, events, how }: {
    readonly by: string;
    readonly events: readonly AuditEvent[];
    readonly how: string;
  },
): Promise<void> {
  if (config.crypto.key_store === undefined || config.database.url === undefined) {
    complain(`没有记入审计记录：这台机器没有平台的密钥库或数据库地址。${how}`);
    return;
  }
  try {
    await recordEvents(config, by, events);
  } catch (thrown) {
    complain(`没有记入审计记录：${reasonOf(thrown)}。${how}`);
  }
}
