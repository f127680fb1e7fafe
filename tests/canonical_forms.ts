import assert from "node:assert/strict";
import { type AuditEventRow, canonicalText } from "../server/modules/audit/canonical_form.ts";
import { CANONICAL_TEXT, insertEvents } from "../server/modules/audit/store.ts";
import { newId } from "../server/platform/ids.ts";
import type { TestDb } from "./db.ts";

const SURROGATES = [0xd800, 0xdfff] as const;

/** Every character of the first plane that a text may have, and some behind it. */
function everyCharacter(): string {
  const [from, to] = SURROGATES;
  const plane = Array.from({ length: 0xffff }, (_, at) => at + 1)
    .filter((code) => code < from || code > to);
  return String.fromCodePoint(...plane.slice(0, 40_000)) +
    String.fromCodePoint(...plane.slice(40_000), 0x1f9d3, 0x20bb7, 0x10ffff);
}

/** The database's form of an event is the platform's, byte for byte, whatever stands in it. */
export async function assertSameForms({ db }: TestDb, at: Date): Promise<void> {
  const none = {
    reason: null,
    actor_id: null,
    actor_organisation_id: null,
    session_id: null,
    address: null,
    trace_id: null,
    object_id: null,
    terminal_id: null,
    patient_id: null,
    order_id: null,
  };
  const event: AuditEventRow = {
    ...none,
    id: newId(at),
    at,
    stream_id: newId(at),
    kind: "checkout.order_created",
    result: "succeeded",
    actor_kind: "system",
    actor_name: everyCharacter(),
    fields: "{}",
    tag: new Uint8Array(32),
  };
  const nasty = ["", "null", '","', "\\u0000", "a\u2028b\n", " [1] "];
  const rows = [
    event,
    ...nasty.map((text, place): AuditEventRow => {
      const time = new Date(at.getTime() + [1, 10, 100, 999, 1_000, 59_999][place]!);
      return {
        ...event,
        id: newId(time),
        at: time,
        reason: text,
        actor_id: newId(at),
        actor_name: text,
        actor_organisation_id: newId(at),
        session_id: newId(at),
        address: text,
        trace_id: text,
        object_id: text,
        terminal_id: newId(at),
        patient_id: newId(at),
        order_id: newId(at),
        fields: JSON.stringify({ text }),
      };
    }),
  ];
  await db.transaction().execute((tx) => insertEvents(tx, rows));
  const found = await db.selectFrom("audit_event").select(["id", CANONICAL_TEXT.as("text")])
    .where("id", "in", rows.map(({ id }) => id)).execute();
  const texts = new Map(found.map(({ id, text }) => [id, text]));
  for (const row of rows) assert.equal(texts.get(row.id), canonicalText(row));
}
