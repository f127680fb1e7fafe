import type { Kysely } from "kysely";
import type { SmProvider } from "../crypto/provider.ts";
import { systemActor } from "../server/modules/audit/actor.ts";
import { openAuditTags } from "../server/modules/audit/chain/audit_tags.ts";
import { createChainer, linkAll } from "../server/modules/audit/chain/link_events.ts";
import { makeCheckpoint } from "../server/modules/audit/chain/make_checkpoint.ts";
import { type AuditWriter, createAuditWriter } from "../server/modules/audit/record_events.ts";
import { platformKeys } from "../server/modules/audit/verify/known_keys.ts";
import type { VerifyReport } from "../server/modules/audit/verify/report.ts";
import {
  verifyDatabase,
  type VerifyDatabaseOptions,
} from "../server/modules/audit/verify/verify_database.ts";
import { SILENT_LOG } from "../server/platform/log.ts";
import { newId } from "../server/platform/ids.ts";
import type { Tables } from "../server/schema.ts";
import { testProvider } from "./sealer.ts";
import { START, TestClock } from "./world.ts";

/** An audit trail that a test writes, links, signs and checks. */
export interface Trail {
  readonly clock: TestClock;
  readonly audit: AuditWriter;
  readonly streams: readonly string[];
  /** One event in each stream, `rounds` times, a second apart. */
  write(rounds: number): Promise<void>;
  link(): Promise<number>;
  sign(): Promise<void>;
  verify(options?: Partial<VerifyDatabaseOptions>): Promise<VerifyReport>;
}

export const VERIFY_ALL: VerifyDatabaseOptions = {
  from: null,
  to: null,
  anchors: new Map(),
  counterKey: null,
  signal: new AbortController().signal,
  onProgress: () => {},
};

export async function openTrail(
  db: Kysely<Tables>,
  { provider = testProvider(), start = START }: {
    readonly provider?: SmProvider;
    readonly start?: Date;
  } = {},
): Promise<Trail> {
  const clock = new TestClock(start);
  const audit = createAuditWriter({ clock, provider });
  const chainer = createChainer({ db, clock, provider, audit, log: SILENT_LOG });
  const tags = await openAuditTags(provider);
  const keys = await platformKeys(provider);
  const streams = [1, 2, 3].map((at) => newId(new Date(start.getTime() + at)));
  return {
    clock,
    audit,
    streams,
    async write(rounds) {
      for (let round = 0; round < rounds; round++) {
        await db.transaction().execute((tx) =>
          audit.record(
            tx,
            systemActor("test"),
            streams.map((organisationId) => ({
              kind: "platform.started" as const,
              result: "succeeded" as const,
              organisationId,
              fields: { version: String(round), role: "all" },
            })),
          )
        );
        clock.advance(1_000);
      }
    },
    link: () => linkAll(chainer),
    sign: async () => void await makeCheckpoint({ db, clock, provider }, { atOnce: true }),
    verify: (options = {}) =>
      verifyDatabase({ db, clock, provider, tags, keys }, { ...VERIFY_ALL, ...options }),
  };
}
