import type { HostReply } from "../../../gateways/card_host/client.ts";
import type { CardMessage } from "../../../gateways/card_host/wire/field_table.ts";
import { DomainError } from "../../../platform/errors.ts";
import { type CardDeps, writingOf } from "./card_deps.ts";
import { type CardEnd, type CardEntry, endOf } from "./card_message.ts";
import type { HostKeys } from "./host_session.ts";
import { type CardEntryChange, lockLatest, updateEntry } from "./store.ts";

/** A message is given to the line here and nowhere else; keys that did not fit are doubted. */
export async function askHost(
  { host, provider, session }: CardDeps,
  keys: HostKeys,
  request: CardMessage,
): Promise<HostReply> {
  const reply = await host.ask(provider, keys.mac, request);
  const wantsSignIn = reply.kind === "answered" && reply.answer.meaning.kind === "sign_in";
  if (wantsSignIn || (reply.kind === "untrusted" && reply.keysDoubtful)) session.doubt(keys);
  return reply;
}

/**
 * Sends what is in the books as `sending` and writes down what came of it. The row may have moved
 * on meanwhile, when another process took the sale back: then that stands.
 */
export async function sendEntry(
  deps: CardDeps,
  { entry, keys, request }: {
    readonly entry: CardEntry;
    readonly keys: HostKeys;
    readonly request: CardMessage;
  },
): Promise<CardEntry> {
  const end = endOf(entry.kind, await askHost(deps, keys, request));
  if (end.state === "refused" && !isDefinite(deps, entry)) return await stop(deps, entry, end);
  return await moveOn(deps, entry, changeOf(entry, end));
}

/**
 * A no to the first sending is a no. To a repeat it may be said of the repeat alone, behind a first
 * one that was booked: only a host that knows its own numbers again answers for both.
 */
function isDefinite({ profile }: CardDeps, { tries }: CardEntry): boolean {
  return tries === 0 || profile.answersRepeatsAlike;
}

async function stop(
  deps: CardDeps,
  entry: CardEntry,
  { answer: { responseCode } }: Extract<CardEnd, { state: "refused" }>,
): Promise<CardEntry> {
  const { subjectId, tries } = entry;
  deps.log.error("The card host refuses a repeat", { subjectId, tries, responseCode });
  return await moveOn(deps, entry, {
    stopped_at: deps.clock.now(),
    response_code: responseCode,
    claimed_until: null,
  });
}

/** Changes the row if it stands where the caller saw it; what stands now in any case. */
export async function moveOn(
  deps: CardDeps,
  entry: CardEntry,
  change: CardEntryChange,
): Promise<CardEntry> {
  return await deps.db.transaction().execute(async (tx) => {
    const now = await lockLatest(tx, entry.subjectId);
    if (!now) throw new DomainError("payment.entry_gone", "Cannot find a message in the books");
    if (now.attempt !== entry.attempt || now.state !== entry.state) return now;
    await updateEntry(tx, { entry: now, change }, writingOf(deps));
    return await lockLatest(tx, entry.subjectId) ?? now;
  });
}

function changeOf({ kind, tries }: CardEntry, end: CardEnd): CardEntryChange {
  switch (end.state) {
    case "approved":
      return {
        state: "approved",
        reference: end.reference,
        approval: end.answer.approval,
        host_date: end.answer.hostDate,
        response_code: end.answer.responseCode,
        claimed_until: null,
      };
    case "refused":
      return {
        state: "refused",
        fail_code: end.code,
        ...(end.text && { fail_text: end.text }),
        response_code: end.answer.responseCode,
        claimed_until: null,
      };
    case "unsent":
      // An earlier try may have arrived all the same.
      return { ...(tries === 0 && { state: "unsent" }), claimed_until: null };
    case "open":
      // A refund has no reversal: it is sent again as it is, until the host answers.
      return { ...(kind !== "refund" && { state: "reversing" }), claimed_until: null };
    default:
      return end satisfies never;
  }
}
