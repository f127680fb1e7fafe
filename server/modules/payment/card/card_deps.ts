import type { Kysely } from "kysely";
import type { SmProvider } from "../../../../crypto/provider.ts";
import type { CardHostClient } from "../../../gateways/card_host/client.ts";
import type { Speaker } from "../../../gateways/card_host/requests.ts";
import type { HostProfile } from "../../../gateways/card_host/wire/host_profile.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { Log } from "../../../platform/log.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import type { Sealer } from "../../../platform/sealer.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import type { UsePadKeys } from "../../fleet/pad_keys/use_pad_keys.ts";
import type { CardEntry } from "./card_message.ts";
import type { HostSession } from "./host_session.ts";
import type { CardWriting } from "./store.ts";
import type { CardTables } from "./tables.ts";

/** What bank cards run on. */
export interface CardDeps {
  readonly db: Kysely<CardTables & AuditTables>;
  readonly audit: AuditWriter;
  readonly clock: Clock;
  readonly log: Log;
  readonly sealer: Sealer;
  readonly tags: RowTags;
  readonly provider: SmProvider;
  readonly host: CardHostClient;
  readonly profile: HostProfile;
  readonly session: HostSession;
  readonly padKeys: UsePadKeys;
  readonly settings: CardLineSettings;
}

export interface CardLineSettings {
  /** Names our line to the host in labels of keys. */
  readonly hostId: string;
  /** Of the host's master in the key store, usage `import`. */
  readonly masterKey: string;
  /** Who signs in and settles. */
  readonly speaker: Speaker;
  /** In front of our terminals' numbers in field 41, as the host registered them. */
  readonly terminalPrefix: string;
  readonly answerMs: number;
}

export function writingOf({ clock, tags }: Pick<CardDeps, "clock" | "tags">): CardWriting {
  return { now: clock.now(), tags };
}

/** How long a claim outlives an answer's time: after a crash another process goes on then. */
const CLAIM_AFTER_ANSWER_MS = 15_000;

/** Until when a process that sends now may be waiting for the answer. */
export function claimEnd({ clock, settings }: Pick<CardDeps, "clock" | "settings">): Date {
  return new Date(clock.now().getTime() + settings.answerMs + CLAIM_AFTER_ANSWER_MS);
}

/** A process is waiting for the answer, or was until a moment ago. */
export function isUnderWay({ clock }: Pick<CardDeps, "clock">, entry: CardEntry): boolean {
  return entry.claimedUntil !== null && entry.claimedUntil > clock.now();
}

const TERMINAL_CHARS = 8;
const MERCHANT_CHARS = 15;

/** Fields 41 and 42 of one of our terminals. */
export function speakerOf(
  { terminalPrefix }: CardLineSettings,
  at: { readonly terminalNumber: string; readonly merchant: string },
): Speaker {
  const digits = Math.max(0, TERMINAL_CHARS - terminalPrefix.length);
  return {
    terminal: terminalPrefix + at.terminalNumber.slice(-digits).padStart(digits, "0"),
    merchant: at.merchant.slice(0, MERCHANT_CHARS),
  };
}
