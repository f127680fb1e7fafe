import type { Kysely } from "kysely";
import { CryptoError } from "../../../../crypto/errors.ts";
import type { SmProvider } from "../../../../crypto/provider.ts";
import { DEFAULT_USER_ID } from "../../../../crypto/sm2.ts";
import { sm3 } from "../../../../crypto/sm3.ts";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import { AUDIT_SIGN_KEY } from "../record_events.ts";
import type { AuditTables } from "../tables.ts";
import { type AuditTags, openAuditTags, type StateRow } from "./audit_tags.ts";
import { type Checkpoint, checkpointText, digestOfHeads, digestOfText } from "./checkpoint.ts";
import type { Head } from "./link.ts";
import { takeState } from "./link_events.ts";
import { insertCheckpoint, listHeads, updateState } from "./store.ts";

export interface MakeCheckpointDeps {
  readonly db: Kysely<AuditTables>;
  readonly clock: Clock;
  readonly provider: SmProvider;
}

const LINKS_BETWEEN_MAX = 10_000n;
const BETWEEN_MS_MAX = 10 * 60_000;
/** Even when nothing happened: a platform that stood still is told from a tail that is gone. */
const IDLE_MS_MAX = 3_600_000;

export interface SignedCheckpoint extends Checkpoint {
  readonly digest: Uint8Array;
}

/**
 * Signs where every stream stands when it is time, or at once; null when it is not, or another
 * process is at it. Throws DomainError `audit.head_changed` rather than sign a changed head.
 */
export async function makeCheckpoint(
  deps: MakeCheckpointDeps,
  { atOnce = false }: { readonly atOnce?: boolean } = {},
): Promise<SignedCheckpoint | null> {
  const tags = await openAuditTags(deps.provider);
  const now = deps.clock.now();
  return await deps.db.transaction().execute(async (tx) => {
    const state = await takeState(tx, tags, now);
    if (!state || !(atOnce || isDue(state, now))) return null;
    const heads = await checkedHeads(tags, await listHeads(tx));
    const { sign, fingerprint } = await openSigner(deps.provider);
    const checkpoint = nextCheckpoint({ state, heads, now, fingerprint });
    const body = checkpointText(checkpoint);
    const digest = digestOfText(body);
    const { at, number } = checkpoint;
    await insertCheckpoint(tx, { at, number, body, digest, signature: await sign(body) });
    const moved = {
      ...state,
      at,
      checkpoint_number: number,
      checkpoint_digest: digest,
      checkpoint_at: at,
      checkpoint_links: state.links,
    };
    await updateState(tx, { ...moved, tag: await tags.stateTag(moved) });
    return { ...checkpoint, digest };
  });
}

function isDue({ links, checkpoint_links, checkpoint_at }: StateRow, now: Date): boolean {
  const fresh = links - checkpoint_links;
  if (checkpoint_at === null) return fresh > 0n;
  const ageMs = now.getTime() - checkpoint_at.getTime();
  return fresh >= LINKS_BETWEEN_MAX || ageMs >= IDLE_MS_MAX ||
    (fresh > 0n && ageMs >= BETWEEN_MS_MAX);
}

interface MovingHead extends Head {
  readonly at: Date;
}

async function checkedHeads(
  tags: AuditTags,
  rows: readonly AuditTables["audit_head"][],
): Promise<ReadonlyMap<string, MovingHead>> {
  for (const row of rows) {
    if (await tags.fitsHead(row)) continue;
    throw new DomainError(
      "audit.head_changed",
      `Cannot sign a checkpoint: the head of stream "${row.stream_id}" was changed past the platform`,
    );
  }
  return new Map(rows.map((row) => [row.stream_id, row]));
}

function nextCheckpoint({ state, heads, now, fingerprint }: {
  readonly state: StateRow;
  readonly heads: ReadonlyMap<string, MovingHead>;
  readonly now: Date;
  readonly fingerprint: string;
}): Checkpoint {
  const at = new Date(Math.max(now.getTime(), state.at.getTime() + 1));
  const last = state.checkpoint_at;
  const isFirstOfDay = last === null || dayOf(last) !== dayOf(at);
  const moved = [...heads].filter(([, head]) => isFirstOfDay || head.at > last);
  return {
    number: state.checkpoint_number + 1n,
    at,
    previous: state.checkpoint_digest.toHex(),
    key: fingerprint,
    streams: heads.size,
    heads: digestOfHeads(heads),
    moved: new Map(moved),
  };
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** Signs texts of the audit trail; `fingerprint` is SM3 of the public key, hex. */
export interface AuditSigner {
  readonly publicKey: Uint8Array;
  readonly fingerprint: string;
  /** SM2 over the text's UTF-8 with the default user id (GB/T 35276), r‖s. */
  sign(text: string): Promise<Uint8Array>;
}

/** Throws CryptoError `unknown_key`. */
export async function openSigner(provider: SmProvider): Promise<AuditSigner> {
  const key = await provider.findKey(AUDIT_SIGN_KEY);
  if (!key) throw new CryptoError("unknown_key", `Cannot find key "${AUDIT_SIGN_KEY}"`);
  const publicKey = await provider.publicKey(key);
  return {
    publicKey,
    fingerprint: sm3(publicKey).toHex(),
    sign: (text) =>
      provider.sm2Sign(key, new TextEncoder().encode(text), { userId: DEFAULT_USER_ID }),
  };
}
