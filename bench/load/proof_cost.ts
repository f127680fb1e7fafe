import { Kysely } from "kysely";
import { openDevelopmentKeys } from "../../cli/platform_keys.ts";
import type { AuditWriter } from "../../server/modules/audit/record_events.ts";
import { databaseDialect } from "../../server/platform/db.ts";
import type { RowTags } from "../../server/platform/row_tags.ts";
import type { Tables } from "../../server/schema.ts";
import { cpuSecondsOf, cpuSecondsOfTree } from "../cpu.ts";
import { type InProcessPlatform, inProcessPlatform } from "../stage/in_process.ts";
import type { Stage } from "../stage/stage.ts";
import { writeBill } from "./bills.ts";
import { statementOf } from "../peer/statement.ts";
import type { Patient } from "./patients.ts";

/** The platform whole, and with what proves its rows and deeds left out. */
export const VARIANTS = ["whole", "no audit", "no audit, no row tags"] as const;
export type Variant = (typeof VARIANTS)[number];

export interface VariantCost {
  /** CPU of one visit by rounds, ms: the platform without its outside world, and PostgreSQL. */
  readonly platformMs: readonly number[];
  readonly postgresMs: readonly number[];
  /** One visit's, with begin and commit. */
  readonly statements: number;
}

const NO_AUDIT: AuditWriter = { record: () => Promise.resolve() };
const NO_TAGS: RowTags = {
  tag: () => Promise.resolve(new Uint8Array(32)),
  fits: () => Promise.resolve(true),
};
const PROOFS = {
  whole: {},
  "no audit": { audit: NO_AUDIT },
  "no audit, no row tags": { audit: NO_AUDIT, rowTags: NO_TAGS },
} as const;

const AT_ONCE = 4;
const POOL = 5;
const WARM_ROUNDS = 2;

/** The variants take turns on one database, so that what the machine does besides hits them alike. */
export async function measureProofs(
  stage: Stage,
  { rounds, visits }: { readonly rounds: number; readonly visits: number },
): Promise<Record<Variant, VariantCost>> {
  await using keys = await openDevelopmentKeys(stage.config.crypto, stage.secrets.columnSecret);
  const counter = { statements: 0 };
  const db = new Kysely<Tables>({
    dialect: databaseDialect({ url: stage.database.url, poolSize: POOL }),
    log: (event) => void (statementOf(event).sql.includes("skip locked") || counter.statements++),
  });
  const platforms = Object.fromEntries(
    VARIANTS.map((variant) => [
      variant,
      inProcessPlatform({ db, stage, ...keys, fetch, proofs: PROOFS[variant] }),
    ]),
  );
  const costs = { whole: newCost(), "no audit": newCost(), "no audit, no row tags": newCost() };
  const serials = { last: 8_000_000 };
  try {
    for (let round = 0; round < WARM_ROUNDS + rounds; round++) {
      for (let turn = 0; turn < VARIANTS.length; turn++) {
        const variant = VARIANTS[(round + turn) % VARIANTS.length] ?? "whole";
        const platform = platforms[variant];
        if (!platform) continue;
        const patients = stage.patients.slice(0, visits);
        for (const patient of patients) await writeBill(stage.hisUrl, patient);
        counter.statements = 0;
        const used = await cpuOf(stage, () => visitAll(platform, patients, serials));
        if (round < WARM_ROUNDS) continue;
        const cost = costs[variant];
        cost.platformMs.push(used.platform * 1_000 / patients.length);
        cost.postgresMs.push(used.postgres * 1_000 / patients.length);
        cost.statements = counter.statements / patients.length;
      }
    }
  } finally {
    await db.destroy();
  }
  return costs;
}

function newCost() {
  const platformMs: number[] = [];
  const postgresMs: number[] = [];
  return { platformMs, postgresMs, statements: 0 };
}

async function visitAll(
  platform: InProcessPlatform,
  patients: readonly Patient[],
  serials: { last: number },
): Promise<void> {
  const line = [...patients];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let patient = line.pop(); patient; patient = line.pop()) {
      await platform.visit(patient, serials.last++);
    }
  }));
  await platform.work();
}

async function cpuOf(
  stage: Stage,
  work: () => Promise<void>,
): Promise<{ readonly platform: number; readonly postgres: number }> {
  const read = async () => ({
    platform: await cpuSecondsOf(Deno.pid),
    postgres: await cpuSecondsOfTree(stage.database.server.pid),
  });
  const before = await read();
  await work();
  const after = await read();
  return {
    platform: after.platform - before.platform,
    postgres: after.postgres - before.postgres,
  };
}
