/** Clusters that a test restores, in a folder the database's user can reach. */
import { type Kysely, sql } from "kysely";
import type { Tables } from "../server/schema.ts";
import { findPrograms } from "./postgres_server.ts";
import { TemporaryFolder } from "./temporary_folder.ts";

export async function databaseFolder(): Promise<TemporaryFolder> {
  const folder = new TemporaryFolder();
  await Deno.chmod(folder.path, 0o755);
  return folder;
}

/** What one statement answers on a cluster that is not running. */
export async function queryCluster(
  data: string,
  database: string,
  statement: string,
): Promise<string> {
  const programs = await findPrograms();
  const own = [`${programs}/postgres`, "--single", "-D", data, database];
  const isRoot = Deno.uid() === 0;
  const words = isRoot
    ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--", ...own]
    : own;
  const [program = "", ...args] = words;
  const child = new Deno.Command(program, {
    args,
    cwd: "/",
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(`${statement}\n`));
  await writer.close();
  const { stdout, stderr, success } = await child.output();
  const text = new TextDecoder().decode(stdout);
  if (!success) throw new Error(`Cannot query "${data}": ${new TextDecoder().decode(stderr)}`);
  return text;
}

const WAITS_MAX = 150;
const WAIT_MS = 200;

export async function untilStreaming(db: Kysely<Tables>): Promise<void> {
  for (let waits = 0; waits < WAITS_MAX; waits++) {
    const { rows } = await sql`select 1 from pg_stat_replication where state = 'streaming'`
      .execute(db);
    if (rows.length > 0) return;
    await new Promise((resume) => setTimeout(resume, WAIT_MS));
  }
  throw new Error("Cannot see a WAL receiver");
}
