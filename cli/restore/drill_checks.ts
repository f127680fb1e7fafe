import type { Kysely } from "kysely";
import { openColumnSealer } from "../../crypto/envelope.ts";
import type { SmProvider } from "../../crypto/provider.ts";
import { openAuditTags } from "../../server/modules/audit/chain/audit_tags.ts";
import { faultText } from "../../server/modules/audit/verify/fault.ts";
import { knownKeys, platformKeys } from "../../server/modules/audit/verify/known_keys.ts";
import { verifyDatabase } from "../../server/modules/audit/verify/verify_database.ts";
import { checkLegs } from "../../server/modules/checkout/check/check_legs.ts";
import { checkBooks } from "../../server/modules/ledger/check/check_books.ts";
import { formatYuan } from "../../server/platform/money.ts";
import { compareSealingKeys } from "../../server/platform/sealing_keys.ts";
import type { Tables } from "../../server/schema.ts";
import type { DrillRecord } from "./drill_record.ts";

export interface DrillCheckDeps {
  readonly db: Kysely<Tables>;
  /** The instant that was restored: what was young then is young. */
  readonly at: Date;
  readonly keys: DrillKeys;
  readonly signal: AbortSignal;
}

/** The platform's, or of its audit signature only the public key. */
export type DrillKeys =
  | { readonly kind: "store"; readonly provider: SmProvider }
  | { readonly kind: "public"; readonly provider: SmProvider; readonly publicKey: Uint8Array };

const LEDGER_DAYS = 62;
const DAY_MS = 86_400_000;
const NAMED_MAX = 100;

export async function checkLedger(
  { db, at }: Pick<DrillCheckDeps, "db" | "at">,
): Promise<DrillRecord["ledger"]> {
  const since = new Date(at.getTime() - LEDGER_DAYS * DAY_MS);
  const differences = [...await checkBooks({ db }, since), ...await checkLegs({ db }, since)];
  const texts = differences.slice(0, NAMED_MAX).map(({ kind, where, expected, found }) =>
    `${kind} ${where} ${formatYuan(expected)} ${formatYuan(found)}`
  );
  return { days: LEDGER_DAYS, differences: texts };
}

export async function checkAudit(
  { db, at, keys, signal }: DrillCheckDeps,
): Promise<DrillRecord["audit"]> {
  const { provider } = keys;
  const isStore = keys.kind === "store";
  const report = await verifyDatabase({
    db,
    clock: { now: () => at },
    provider,
    tags: isStore ? await openAuditTags(provider) : null,
    keys: isStore ? await platformKeys(provider) : knownKeys([keys.publicKey]),
  }, {
    from: null,
    to: null,
    anchors: new Map(),
    counterKey: null,
    signal,
    onProgress: () => {},
  });
  signal.throwIfAborted();
  return {
    links: Number(report.links),
    checkpoints: Number(report.checkpoints),
    faults: report.faults.slice(0, NAMED_MAX).map(faultText),
    tagsChecked: report.tagsChecked,
  };
}

/** A backup whose keys are lost brings back ciphertext and nobody's name. */
export async function checkKeys(
  { db, at, keys }: Pick<DrillCheckDeps, "db" | "at" | "keys">,
): Promise<boolean | null> {
  if (keys.kind === "public") return null;
  const sealer = await openColumnSealer({ provider: keys.provider });
  const clock = { now: () => at };
  const { kind } = await compareSealingKeys({ db, clock, sealer }, { readOnly: true });
  return kind === "same";
}
