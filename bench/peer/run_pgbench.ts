import { sql } from "kysely";
import { openServerDatabase } from "../../server/platform/db.ts";
import { findPrograms } from "../../tests/postgres_server.ts";
import type { BenchDatabase } from "../stage/durable_postgres.ts";
import type { CapturedVisit } from "./capture_visit.ts";
import { type ClientRow, idsMadeSince, peerScript } from "./script.ts";

export interface PeerResult {
  readonly visitsPerSecond: number;
  readonly latencyMs: number;
}

export interface PeerOptions {
  readonly database: BenchDatabase;
  readonly folder: string;
  readonly captured: CapturedVisit;
  readonly clients: number;
  readonly seconds: number;
}

/** pgbench replays the captured visit with as many clients as the load had; no application at all. */
export async function runPgbench(options: PeerOptions): Promise<PeerResult> {
  const { database, folder, captured, clients, seconds } = options;
  await giveClientsNumbers(database.url, clients);
  const script = peerScript(captured.statements, {
    madeIds: idsMadeSince(captured.statements, captured.began),
    clientRows: clientRows(captured),
  });
  const file = `${folder}/visit.sql`;
  await Deno.writeTextFile(file, script.text);
  const programs = await findPrograms();
  if (!programs) throw new Error("Cannot run the peer: expected PostgreSQL 15 or later installed");
  const result = await new Deno.Command(`${programs}/pgbench`, {
    args: [
      "--no-vacuum",
      "--protocol=prepared",
      `--file=${file}`,
      `--client=${clients}`,
      "--jobs=2",
      `--time=${seconds}`,
      "--host=127.0.0.1",
      `--port=${database.port}`,
      "--username=postgres",
      ...[...script.variables].map(([name, value]) => `--define=${name}=${value}`),
      database.name,
    ],
    stdin: "null",
  }).output();
  const said = new TextDecoder().decode(result.stdout);
  const tps = /^tps = ([\d.]+)/m.exec(said)?.[1];
  const latency = /^latency average = ([\d.]+) ms/m.exec(said)?.[1];
  if (!result.success || tps === undefined || latency === undefined) {
    throw new Error(
      `Cannot run the peer: ${new TextDecoder().decode(result.stderr).slice(-2_000)}`,
    );
  }
  return { visitsPerSecond: Number(tps), latencyMs: Number(latency) };
}

const COUNTER = "insurance_message_number";
const CREDENTIAL = "patient_credential";
/** 12 characters, as a real institution's code. */
const CLIENT_CODE = "'BENCH' || lpad(:client_id::text, 7, '0')";

/** Rows that every visit of one institution or one card writes. */
function clientRows({ institutionCode, credentialIndex }: CapturedVisit): Map<string, ClientRow> {
  return new Map([
    [institutionCode, { table: `"${COUNTER}"`, sql: CLIENT_CODE }],
    [
      credentialIndex,
      { table: `"${CREDENTIAL}"`, sql: "'\\x' || md5('card' || :client_id)" },
    ],
  ]);
}

async function giveClientsNumbers(url: string, clients: number): Promise<void> {
  const db = openServerDatabase<unknown>({ url, poolSize: 1 });
  try {
    await sql`
      insert into insurance_message_number (institution_code, last)
      select 'BENCH' || lpad(n::text, 7, '0'), 1 from generate_series(0, ${clients}::int) n
      on conflict do nothing
    `.execute(db);
  } finally {
    await db.destroy();
  }
}
