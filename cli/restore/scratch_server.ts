import { Kysely } from "kysely";
import { serverDialect } from "../../server/platform/server_dialect.ts";
import type { Tables } from "../../server/schema.ts";
import { StartError } from "../command.ts";
import type { BackupManifest } from "../backup/manifest.ts";
import type { Tools } from "../backup/tools.ts";
import type { DatabaseUser } from "./database_user.ts";

export interface ScratchOptions {
  readonly data: string;
  readonly tools: Tools;
  readonly user: DatabaseUser;
  readonly recovery: { readonly walFolder: string; readonly to: Date | null };
  readonly signal: AbortSignal;
}

interface Running {
  readonly folder: string;
  readonly child: Deno.ChildProcess;
  /** Resolves when the server's log ends. */
  readonly ended: Promise<void>;
}

const READY = "database system is ready to accept connections";
const SAID_CHARACTERS_MAX = 4_000;
/** A week of WAL of a busy city; a recovery that takes longer stands still. */
const RECOVERY_MS_MAX = 12 * 3_600_000;
const STOP_MS_MAX = 60_000;
const STATEMENT_MS_MAX = 3_600_000;

/**
 * The restored cluster served to us alone: a Unix socket in a folder of our own, no network. Its own
 * settings do not count, so that it neither archives into the real archive nor waits for standbys.
 */
export class ScratchServer implements AsyncDisposable {
  readonly #folder: string;
  readonly #child: Deno.ChildProcess;
  readonly #ended: Promise<void>;

  #isStopped = false;

  private constructor({ folder, child, ended }: Running) {
    this.#folder = folder;
    this.#child = child;
    this.#ended = ended;
  }

  /** Resolves when everything is replayed and it takes writes; throws StartError when it cannot. */
  static async recover(options: ScratchOptions): Promise<ScratchServer> {
    const { data, tools, user, signal } = options;
    const folder = await Deno.makeTempDir({ prefix: "yikatong-restore-" });
    try {
      await writeFiles(folder, options);
      const [program, args] = user.command([
        tools.path("postgres"),
        "-D",
        data,
        ...Object.entries(settingsOf(folder, options)).flatMap(([name, value]) => [
          "-c",
          `${name}=${value}`,
        ]),
      ]);
      const child = new Deno.Command(program, {
        args,
        cwd: "/",
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).spawn();
      return new ScratchServer({ folder, child, ...await untilReady(child, signal) });
    } catch (thrown) {
      await Deno.remove(folder, { recursive: true });
      throw thrown;
    }
  }

  connect({ role, database }: BackupManifest["server"]): Kysely<Tables> {
    const [user, host, name] = [role, this.#folder, database].map(encodeURIComponent);
    const url = `postgres://${user}@${host}/${name}`;
    return new Kysely<Tables>({
      dialect: serverDialect({
        url,
        poolSize: 2,
        statementTimeoutMs: STATEMENT_MS_MAX,
      }),
    });
  }

  /** Everything written down; what is left is a cluster that was shut down properly. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    await stop(this.#child);
    await this.#ended;
    await Deno.remove(this.#folder, { recursive: true });
  }
}

async function writeFiles(
  folder: string,
  { data, user }: Pick<ScratchOptions, "data" | "user">,
): Promise<void> {
  const files = [
    [`${folder}/postgresql.conf`, ""],
    [`${folder}/pg_hba.conf`, "local all all trust\n"],
    [`${folder}/pg_ident.conf`, ""],
    [`${data}/recovery.signal`, ""],
  ] as const;
  for (const [path, text] of files) {
    await Deno.writeTextFile(path, text, { mode: 0o600 });
    await user.own(path);
  }
  await user.own(folder);
}

function settingsOf(
  folder: string,
  { recovery: { walFolder, to } }: ScratchOptions,
): Record<string, string> {
  return {
    config_file: `${folder}/postgresql.conf`,
    hba_file: `${folder}/pg_hba.conf`,
    ident_file: `${folder}/pg_ident.conf`,
    listen_addresses: "",
    unix_socket_directories: folder,
    port: "5432",
    // Then the settings of the machine it was made on do not have to be met here.
    hot_standby: "off",
    restore_command: `cp -- "${walFolder}/%f" "%p"`,
    ...(to && { recovery_target_time: instant(to), recovery_target_action: "promote" }),
    archive_mode: "off",
    synchronous_standby_names: "",
    shared_preload_libraries: "",
    ssl: "off",
    log_destination: "stderr",
    logging_collector: "off",
    lc_messages: "C",
  };
}

/** This setting takes no ISO 8601. */
function instant(at: Date): string {
  return at.toISOString().replace("T", " ").replace("Z", "+00");
}

/** Resolves with what resolves when the log ends; in an object, or it would be waited for. */
async function untilReady(
  child: Deno.ChildProcess,
  signal: AbortSignal,
): Promise<Pick<Running, "ended">> {
  const ready = Promise.withResolvers<string | null>();
  const ended = readLog(child.stderr, ready.resolve);
  const leave = () => child.kill("SIGQUIT");
  signal.addEventListener("abort", leave, { once: true });
  const late = setTimeout(leave, RECOVERY_MS_MAX);
  const said = await ready.promise;
  clearTimeout(late);
  signal.removeEventListener("abort", leave);
  if (said === null && !signal.aborted) return { ended };
  await child.status;
  signal.throwIfAborted();
  throw new StartError(explain(said ?? ""));
}

/** Reads on to the end: a server whose log nobody reads would stand still. */
async function readLog(
  stderr: ReadableStream<Uint8Array<ArrayBuffer>>,
  report: (said: string | null) => void,
): Promise<void> {
  let said = "";
  for await (const text of stderr.pipeThrough(new TextDecoderStream())) {
    said = (said + text).slice(-SAID_CHARACTERS_MAX);
    if (said.includes(READY)) report(null);
  }
  report(said.trim());
}

function explain(said: string): string {
  if (/recovery ended before configured recovery target was reached/.test(said)) {
    const last = /last completed transaction was at log time ([^\n]+)/.exec(said)?.[1];
    const to = last === undefined ? "" : `，最后一个事务在 ${last}`;
    return `备份和 WAL 到不了 --to 的时刻${to}：选更早的时刻，或用 --to latest`;
  }
  if (
    /could not locate required checkpoint record|requested timeline .* does not contain/.test(said)
  ) {
    return `WAL 与这个备份接不上：是不是别的数据库集群的，或缺了时间线文件？（${tail(said)}）`;
  }
  return `恢复没有完成：${tail(said)}`;
}

function tail(said: string): string {
  return said.split("\n").slice(-4).join("\n");
}

/** Properly (fast shutdown), or at once when that takes too long. */
async function stop(child: Deno.ChildProcess): Promise<void> {
  const kill = (name: Deno.Signal) => {
    try {
      child.kill(name);
    } catch (thrown) {
      // It is gone already.
      if (!(thrown instanceof TypeError)) throw thrown;
    }
  };
  kill("SIGINT");
  const late = setTimeout(() => kill("SIGQUIT"), STOP_MS_MAX);
  await child.status;
  clearTimeout(late);
}
