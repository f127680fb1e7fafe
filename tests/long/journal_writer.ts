/** A child that writes a journal as fast as it can and says on its output what is kept. */
import { newId } from "../../server/platform/ids.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { Journal } from "../../terminal/journal.ts";

const [path = ""] = Deno.args;
const encoder = new TextEncoder();

/** Synchronous, so that nothing is said before it was kept, and nothing kept is said late. */
function say(what: string, id: string | number): void {
  const line = encoder.encode(`${what} ${id}\n`);
  for (let at = 0; at < line.length;) at += Deno.stdout.writeSync(line.subarray(at));
}

const journal = new Journal(path, SYSTEM_CLOCK);
for (;;) {
  const id = newId(SYSTEM_CLOCK.now());
  journal.keepOrder({
    id,
    identificationId: newId(SYSTEM_CLOCK.now()),
    payable: { kind: "bills", billIds: ["B1"] },
    settlement: "insurance",
  });
  say("order", id);
  const event = journal.events.keep({ kind: "test.written", severity: "info", fields: { id } });
  say("event", event.number);
  journal.cards.keep({ kind: "taken" });
  journal.slips.keep(id, "receipt", { kind: "printed" });
  say("slip", id);
  journal.moveOrder(id, { progress: "final", number: "A1", reason: null });
  say("final", id);
  say("generation", journal.line.nextGeneration());
}
