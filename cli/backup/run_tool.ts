import { StartError } from "../command.ts";

export interface ToolRun {
  readonly stdout: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly stdin: WritableStream<Uint8Array>;
  /** Throws StartError with what the program said when it did not end well. */
  ended(): Promise<void>;
  stop(signal: Deno.Signal): void;
}

export interface ToolOptions {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly stdin?: "piped" | "null";
  readonly stdout?: "piped" | "null";
}

const SAID_CHARACTERS_MAX = 2_000;

/** Starts a program of the database's; what it says on standard error is kept for its failure. */
export function startTool(program: string, options: ToolOptions): ToolRun {
  const { args, env = {}, signal, stdin = "null", stdout = "null" } = options;
  const child = spawn(program, { args: [...args], env, stdin, stdout, ...(signal && { signal }) });
  const said = tailOf(child.stderr);
  return {
    get stdout() {
      return child.stdout;
    },
    get stdin() {
      return child.stdin;
    },
    async ended() {
      const [{ success }, text] = await Promise.all([child.status, said]);
      signal?.throwIfAborted();
      if (!success) throw new StartError(`${nameOf(program)} 没有成功：${explain(text)}`);
    },
    stop(name) {
      try {
        child.kill(name);
      } catch (thrown) {
        // It is gone already.
        if (!(thrown instanceof TypeError)) throw thrown;
      }
    },
  };
}

/** The same for one whose output is its errors alone. */
export async function runTool(program: string, options: ToolOptions): Promise<void> {
  await startTool(program, options).ended();
}

function spawn(program: string, options: Deno.CommandOptions): Deno.ChildProcess {
  try {
    return new Deno.Command(program, { ...options, cwd: "/", stderr: "piped" }).spawn();
  } catch (thrown) {
    throw new StartError(`不能运行 "${program}"：文件不存在或没有执行权限`, { cause: thrown });
  }
}

async function tailOf(stderr: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let said = "";
  for await (const text of stderr.pipeThrough(new TextDecoderStream())) {
    said = (said + text).slice(-SAID_CHARACTERS_MAX);
  }
  return said.trim();
}

function nameOf(program: string): string {
  return program.slice(program.lastIndexOf("/") + 1);
}

/** What an operator can do about it, where it is an everyday reason. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /must be superuser or replication role|permission denied to (start WAL|create repl)/i,
    "备份用的数据库角色没有 REPLICATION 权限：alter role <角色> replication",
  ],
  [
    /no pg_hba\.conf entry for replication/i,
    "数据库不接受这里的复制连接：在 pg_hba.conf 加一行 host replication <角色> <本机地址>/32 scram-sha-256",
  ],
  [
    /password authentication failed|no password supplied/i,
    "用户名或口令不对：检查 backup.database_url 或 PGPASSFILE",
  ],
  [
    /could not connect|connection to server .* failed|Connection refused/i,
    "连不上数据库：检查地址、端口和数据库是否在运行",
  ],
  [
    /can only write single tablespace to stdout/i,
    "数据库用了表空间，物理备份写不成一个文件：把数据移回默认表空间，或用逻辑备份",
  ],
  [
    /requested WAL segment .* has already been removed/i,
    "备份期间数据库删掉了还要用的 WAL：加大 wal_keep_size，或让 backup receive-wal 一直运行",
  ],
  [
    /number of requested standby connections exceeds max_wal_senders|all replication slots are in use/i,
    "复制连接或复制槽用完了：加大 max_wal_senders、max_replication_slots",
  ],
  [
    /server version mismatch|incompatible server version/i,
    "备份程序比数据库旧：安装与数据库同一大版本的客户端，或改 backup.tools_dir",
  ],
  [/No space left on device/i, "磁盘已满，请腾出空间后重做"],
];

function explain(said: string): string {
  const [, reason] = REASONS.find(([pattern]) => pattern.test(said)) ?? [];
  const last = said.split("\n").filter((line) => line !== "").slice(-3).join("\n");
  return reason === undefined ? last || "没有说明原因" : `${reason}（${last}）`;
}
