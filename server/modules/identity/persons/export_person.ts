import { createHash } from "node:crypto";
import { writeCsv } from "../../../platform/csv.ts";
import type {
  PersonalRecords,
  PersonalRecordsOf,
  Subject,
} from "../../../platform/personal_data.ts";
import { type Caller, requireScope } from "../../access/caller.ts";
import { findSubject } from "./find_subject.ts";
import { personNotFound, type PersonsDeps } from "./search_persons.ts";
import { findPerson } from "./store.ts";

export interface ExportPersonDeps extends PersonsDeps {
  readonly personalData: readonly PersonalRecordsOf[];
}

/**
 * A ZIP with all that the platform holds on one person (个人信息保护法 第四十五条), each kind as JSON
 * and CSV, in clear: for the person. Its beginning and end are in the trail.
 */
export async function exportPerson(
  deps: ExportPersonDeps,
  caller: Caller,
  { id, reason }: { readonly id: string; readonly reason: string },
): Promise<Uint8Array<ArrayBuffer>> {
  const person = await findPerson(deps.db, id, requireScope(caller, "person.export"));
  if (!person) throw personNotFound(id);
  const event = { result: "succeeded", objectId: id, patientId: id } as const;
  await deps.db.transaction().execute((tx) =>
    deps.audit.record(tx, caller.actor, [
      { ...event, kind: "identity.person_export_started", fields: { reason } },
    ])
  );
  const records = await collectAll(deps, await findSubject(deps.personalData, id));
  const zip = await packRecords(records, deps.clock.now());
  const rows = records.reduce((sum, { rows }) => sum + rows.length, 0);
  const digest = createHash("sm3").update(zip).digest("hex");
  await deps.db.transaction().execute((tx) =>
    deps.audit.record(tx, caller.actor, [
      { ...event, kind: "identity.person_exported", fields: { rows, digest } },
    ])
  );
  return zip;
}

async function collectAll(
  { personalData }: ExportPersonDeps,
  subject: Subject,
): Promise<PersonalRecords[]> {
  const records: PersonalRecords[] = [];
  for (const part of personalData) records.push(...await part.collect(subject));
  return records;
}

async function packRecords(
  records: readonly PersonalRecords[],
  now: Date,
): Promise<Uint8Array<ArrayBuffer>> {
  // Loaded when the first person asks: the platform starts sooner and smaller.
  const { configure, TextReader, Uint8ArrayWriter, ZipWriter } = await import("@zip.js/zip.js");
  configure({ useWebWorkers: false });
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, lastModDate: now });
  const whole = Object.fromEntries(records.map(({ name, title, rows }) => [name, { title, rows }]));
  await zip.add("person.json", new TextReader(JSON.stringify(whole, null, 2)));
  for (const record of records) {
    await zip.add(`${record.name}.csv`, new TextReader(writeCsv(linesOf(record))));
  }
  return new Uint8Array(await zip.close());
}

function linesOf({ title, rows }: PersonalRecords): string[][] {
  const [first] = rows;
  if (!first) return [[title], ["（无）"]];
  const heads = Object.keys(first);
  return [heads, ...rows.map((row) => heads.map((head) => String(row[head] ?? "")))];
}
