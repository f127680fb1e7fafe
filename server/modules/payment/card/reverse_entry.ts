import { reversalRequest } from "../../../gateways/card_host/requests.ts";
import { type CardDeps, claimEnd, writingOf } from "./card_deps.ts";
import { type CardEntry, reversalEndOf } from "./card_message.ts";
import { originalOf } from "./original.ts";
import { askHost, moveOn } from "./send_entry.ts";
import { claimEntry } from "./store.ts";

/**
 * Takes a sale or void back: first as a fact in the books, then at the host, by the same 0400 with
 * the original's number until the host has heard. One process at a time; two would do no harm at the
 * host, which knows the number, but mix up their answers.
 */
export async function reverseEntry(deps: CardDeps, entry: CardEntry): Promise<CardEntry> {
  const reversing = entry.state === "sending"
    ? await moveOn(deps, entry, { state: "reversing", claimed_until: null })
    : entry;
  if (reversing.state !== "reversing") return reversing;
  const keys = await deps.session.keys();
  if (keys === null || !await claim(deps, reversing)) return reversing;
  const original = await originalOf(deps, reversing);
  const of = reversing.kind === "void" ? "void" : "sale";
  const reply = await askHost(deps, keys, reversalRequest(original, of));
  const sinceSentMs = deps.clock.now().getTime() - reversing.sentAt.getTime();
  const end = reversalEndOf(reply, { sinceSentMs, lateMs: deps.profile.lateMs });
  if (end.state === "reversing") {
    const { subjectId, tries } = reversing;
    deps.log.warn("Card reversal is not done", { subjectId, tries, why: end.reason });
  }
  return await moveOn(deps, reversing, {
    ...(end.state === "reversed" && { state: "reversed" }),
    ...(reply.kind === "answered" && { response_code: reply.answer.responseCode }),
    claimed_until: null,
  });
}

export async function claim(deps: CardDeps, entry: CardEntry): Promise<boolean> {
  const { now } = writingOf(deps);
  const until = claimEnd(deps);
  return await deps.db.transaction().execute((tx) => claimEntry(tx, entry, { now, until }));
}
