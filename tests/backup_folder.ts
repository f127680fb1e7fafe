/** A database with something in it and a folder for its backups, as an operator has them. */
import { type CliFolder, type CliRun, openCliFolder } from "./cli.ts";
import { type TestDb, testDb } from "./db.ts";
import { type PostgresServer, startPostgresServer } from "./postgres_server.ts";

export interface BackupFolder extends AsyncDisposable {
  readonly server: PostgresServer;
  readonly own: TestDb;
  readonly cli: CliFolder;
  readonly backups: string;
  run(...args: readonly string[]): Promise<CliRun>;
  start(...args: readonly string[]): Deno.ChildProcess;
  config(more?: string): Promise<void>;
}

/** As a real one keeps its promises: what was said to be committed is on the disk. */
const DURABLE = { fsync: "on", synchronous_commit: "on", full_page_writes: "on" };

function emptyDb({ url }: PostgresServer): Promise<TestDb> {
  return testDb(new Date(), undefined, url);
}

export async function openBackupFolder(
  openDb: (server: PostgresServer) => Promise<TestDb> = emptyDb,
): Promise<BackupFolder> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startPostgresServer(DURABLE));
  const own = stack.use(await openDb(server));
  const cli = stack.use(await openCliFolder());
  const backups = `${cli.path}/backups`;
  const run = (...args: readonly string[]) => cli.run([...args, "--config", `${cli.path}/c.toml`]);
  const config = (more = "") =>
    cli.write(
      "c.toml",
      `[database]
url = "${own.url}"
[backup]
folder = "${backups}"
recipients = ["${cli.path}/institution.pub"]
signing_key = "${cli.path}/signer.pem"
signer = "${cli.path}/signer.pub"
${more}`,
    );
  for (const name of ["institution", "signer", "stranger"]) {
    await cli.run([
      "key",
      "generate",
      "--no-password",
      "--out",
      `${name}.pem`,
      "--public-out",
      `${name}.pub`,
    ]);
  }
  await config();
  const opened = stack.move();
  return {
    server,
    own,
    cli,
    backups,
    run,
    start: (...args) => cli.start([...args, "--config", `${cli.path}/c.toml`]),
    config,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
