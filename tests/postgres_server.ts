/**
 * A PostgreSQL server of the tests' own: any installed version from 15 on, on loopback, in a
 * temporary folder, thrown away afterwards. Nothing that ran before is touched.
 */

const VERSION_MIN = 15;
const CONNECTIONS_MAX = 200;
const START_MS_MAX = 30_000;
const START_TRIES_MAX = 3;
const MESSAGE_CHARS_MAX = 4_000;
const INSTALLED = "/usr/lib/postgresql";
const SIGNALS = ["SIGINT", "SIGTERM"] as const;
/** What a shell reports for a command ended by Ctrl-C. */
const EXIT_INTERRUPTED = 130;
const READY = "database system is ready to accept connections";

/** Fast and forgetful: what a test needs, and only a test. */
const THROWAWAY: Readonly<Record<string, string>> = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
};

export class PostgresServer implements AsyncDisposable {
  /** Without a database, as `TEST_DATABASE_URL` wants it. */
  readonly url: string;
  readonly #start: () => Promise<Running | string>;
  readonly #folder: string;
  #running: Running;
  readonly #leave = () => void this[Symbol.asyncDispose]().then(() => Deno.exit(EXIT_INTERRUPTED));

  constructor(
    port: number,
    running: Running,
    { folder, start }: {
      readonly folder: string;
      /** Once more, on the same files and port. */
      readonly start: () => Promise<Running | string>;
    },
  ) {
    this.url = `postgres://postgres@127.0.0.1:${port}`;
    this.#running = running;
    this.#start = start;
    this.#folder = folder;
    for (const signal of SIGNALS) Deno.addSignalListener(signal, this.#leave);
  }

  /** The server's main process, for tests and measurements that watch or kill it. */
  get pid(): number {
    return this.#running.child.pid;
  }

  /** As `pg_ctl stop -m immediate`: nothing is written down any more, the next start recovers. */
  async crash(): Promise<void> {
    const { child, ended } = this.#running;
    try {
      child.kill("SIGQUIT");
    } catch (thrown) {
      // It is gone already: killed by a test, or by the same Ctrl-C.
      if (!(thrown instanceof TypeError) && !(thrown instanceof Deno.errors.NotFound)) throw thrown;
    }
    await child.status;
    await ended;
  }

  async startAgain(): Promise<void> {
    const started = await this.#start();
    if (typeof started === "string") throw new Error(`Cannot start PostgreSQL again: ${started}`);
    this.#running = started;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, this.#leave);
    await this.crash();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/**
 * `settings` override the throwaway ones, so that a measurement can ask for a durable server;
 * `programs` are another version's than the newest that is installed.
 */
export async function startPostgresServer(
  settings: Readonly<Record<string, string>> = {},
  programs: string | null = null,
): Promise<PostgresServer> {
  programs ??= await findPrograms();
  if (!programs) {
    throw new Error(`Cannot start PostgreSQL: expected version ${VERSION_MIN} or later installed`);
  }
  const folder = await Deno.makeTempDir({ prefix: "yikatong-postgres-" });
  try {
    const owner = await ownerOf(folder);
    const cluster = `${folder}/cluster`;
    await makeCluster({ programs, owner, cluster });
    return await startOnFreePort({ programs, owner, cluster, settings, folder });
  } catch (thrown) {
    await Deno.remove(folder, { recursive: true });
    throw thrown;
  }
}

/** The newest installed version's folder of programs, or null. */
export async function findPrograms(): Promise<string | null> {
  const versions: number[] = [];
  try {
    for await (const entry of Deno.readDir(INSTALLED)) {
      if (/^\d+$/.test(entry.name)) versions.push(Number(entry.name));
    }
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  }
  const newest = Math.max(0, ...versions.filter((version) => version >= VERSION_MIN));
  return newest === 0 ? null : `${INSTALLED}/${newest}/bin`;
}

/** PostgreSQL refuses to run as root; then it runs as the user its package made. */
type Owner = "ourselves" | "postgres";

async function ownerOf(folder: string): Promise<Owner> {
  if (Deno.uid() !== 0) return "ourselves";
  const chown = await new Deno.Command("chown", { args: ["postgres:", folder] }).output();
  if (!chown.success) {
    throw new Error(`Cannot give "${folder}" to the user "postgres": ${textOf(chown.stderr)}`);
  }
  return "postgres";
}

/** The death signal stops the server even when its parent is killed without a chance to do so. */
const TIED_TO_US: readonly string[] = ["setpriv", "--pdeathsig=QUIT"];
const AS_POSTGRES: readonly string[] = ["--reuid=postgres", "--regid=postgres", "--clear-groups"];

function command(owner: Owner, words: readonly string[]): [string, string[]] {
  const [program = "", ...args] = [
    ...TIED_TO_US,
    ...(owner === "postgres" ? AS_POSTGRES : []),
    "--",
    ...words,
  ];
  return [program, args];
}

interface Cluster {
  readonly programs: string;
  readonly owner: Owner;
  readonly cluster: string;
}

async function makeCluster({ programs, owner, cluster }: Cluster): Promise<void> {
  const [program, args] = command(owner, [
    `${programs}/initdb`,
    `--pgdata=${cluster}`,
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--no-sync",
  ]);
  const made = await new Deno.Command(program, { args, cwd: "/", stdin: "null" }).output();
  if (!made.success) throw new Error(`Cannot make a database cluster: ${textOf(made.stderr)}`);
}

interface Start extends Cluster {
  readonly folder: string;
  readonly settings: Readonly<Record<string, string>>;
}

interface Running {
  readonly child: Deno.ChildProcess;
  /** Resolves when the log does. */
  readonly ended: Promise<void>;
}

/** Someone else may take the port between looking and starting; then another one is tried. */
async function startOnFreePort(start: Start): Promise<PostgresServer> {
  for (let tries = 1;; tries++) {
    const port = freePort();
    const started = await startServer(start, port);
    if (typeof started !== "string") {
      const { folder } = start;
      const again = () => startServer(start, port);
      return new PostgresServer(port, started, { folder, start: again });
    }
    if (tries >= START_TRIES_MAX) throw new Error(`Cannot start PostgreSQL: ${started}`);
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** The running server, or what it said instead. */
async function startServer(start: Start, port: number): Promise<Running | string> {
  const settings = {
    ...THROWAWAY,
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    max_connections: String(CONNECTIONS_MAX),
    log_destination: "stderr",
    logging_collector: "off",
    lc_messages: "C",
    ...start.settings,
  };
  const [program, args] = command(start.owner, [
    `${start.programs}/postgres`,
    "-D",
    start.cluster,
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ]);
  const child = new Deno.Command(program, {
    args,
    cwd: "/",
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const tooLate = setTimeout(() => child.kill("SIGQUIT"), START_MS_MAX);
  const ready = Promise.withResolvers<string | null>();
  const ended = readLog(child.stderr, ready.resolve);
  const said = await ready.promise;
  clearTimeout(tooLate);
  if (said === null) return { child, ended };
  await child.status;
  return said;
}

/**
 * Reports null once the server is ready, or what it said when it ended before. Reads on to the end:
 * a server whose log nobody reads would stand still.
 */
async function readLog(
  stderr: ReadableStream<Uint8Array<ArrayBuffer>>,
  report: (said: string | null) => void,
): Promise<void> {
  let said = "";
  for await (const text of stderr.pipeThrough(new TextDecoderStream())) {
    said = (said + text).slice(-MESSAGE_CHARS_MAX);
    if (said.includes(READY)) report(null);
  }
  report(said.trim());
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trim().slice(-MESSAGE_CHARS_MAX);
}
