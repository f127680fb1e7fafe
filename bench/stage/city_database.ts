import { seedCity } from "../../cli/dev/seed_city.ts";
import type { City } from "../../sandbox/city/city.ts";
import { MIGRATIONS } from "../../server/migrations/list.ts";
import { findTerminal } from "../../server/modules/fleet/register_terminals.ts";
import type { Terminal } from "../../server/modules/fleet/terminal.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { openServerDatabase } from "../../server/platform/db.ts";
import { migrate } from "../../server/platform/migrate.ts";
import { ensurePartitions } from "../../server/platform/partitions.ts";
import type { RowTags } from "../../server/platform/row_tags.ts";
import { PARTITIONED, type Tables } from "../../server/schema.ts";
import { testAudit } from "../../tests/audit.ts";
import { testRowTags } from "../../tests/sealer.ts";

/**
 * Migrates and seeds the city; the terminals by number. With other row tags than the platform's its
 * settings do not hold, and each reading of them raises an alarm.
 */
export async function prepareCity(
  url: string,
  city: City,
  rowTags: RowTags = testRowTags(),
): Promise<Map<string, Terminal>> {
  const db = openServerDatabase<Tables>({ url, poolSize: 2 });
  try {
    await migrate(db, MIGRATIONS);
    await ensurePartitions(db, PARTITIONED, SYSTEM_CLOCK.now());
    await seedCity({ db, clock: SYSTEM_CLOCK, audit: testAudit(), rowTags }, city);
    const terminals = new Map<string, Terminal>();
    for (const { number } of city.terminals) {
      const terminal = await findTerminal({ db }, { number });
      if (terminal) terminals.set(number, terminal);
    }
    return terminals;
  } finally {
    await db.destroy();
  }
}
