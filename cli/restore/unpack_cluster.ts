import { StartError } from "../command.ts";
import type { FoundBackup } from "../backup/find_backups.ts";
import type { OpenedBackup } from "../backup/opened.ts";
import type { PrivateKeyOf } from "../backup/recipients.ts";
import { runTool, startTool } from "../backup/run_tool.ts";
import type { Tools } from "../backup/tools.ts";
import { plainPieces } from "../backup/verify_backup.ts";
import type { DatabaseUser } from "./database_user.ts";

export interface UnpackOptions {
  /** Empty, the database user's. */
  readonly into: string;
  readonly keyOf: PrivateKeyOf;
  readonly user: DatabaseUser;
  readonly tools: Tools;
  readonly signal: AbortSignal;
}

/** Decrypts and unpacks a base backup as its owner, then has PostgreSQL itself verify it. */
export async function unpackCluster(
  opened: OpenedBackup,
  backup: FoundBackup,
  { into, keyOf, user, tools, signal }: UnpackOptions,
): Promise<void> {
  const [program, args] = user.command([
    "tar",
    "--extract",
    "--file=-",
    "--no-same-owner",
    `--directory=${into}`,
  ]);
  const tar = startTool(program, { args, stdin: "piped", signal });
  const ended = tar.ended();
  // Why tar ended says more than that its pipe broke.
  ended.catch(() => {});
  await fillPipe(tar.stdin, plainPieces(opened, backup, keyOf), ended);
  await ended;
  await requireVersion(into, tools, user);
  const [verify, words] = user.command([tools.path("pg_verifybackup"), "--quiet", into]);
  await runTool(verify, { args: words, signal });
}

async function fillPipe(
  pipe: WritableStream<Uint8Array>,
  pieces: AsyncIterable<Uint8Array>,
  ended: Promise<void>,
): Promise<void> {
  const writer = pipe.getWriter();
  try {
    for await (const piece of pieces) await writer.write(piece);
    await writer.close();
  } catch (thrown) {
    await writer.abort().catch(() => {});
    if (thrown instanceof Deno.errors.BrokenPipe) await ended;
    throw thrown;
  }
}

/** Another major version's programs cannot read the files, and would say so in English. */
async function requireVersion(data: string, tools: Tools, user: DatabaseUser): Promise<void> {
  const wanted = (await Deno.readTextFile(`${data}/PG_VERSION`)).trim();
  const [program, args] = user.command([tools.path("postgres"), "--version"]);
  const { stdout } = await new Deno.Command(program, { args, cwd: "/" }).output();
  const found = /(\d+)(\.\d+)?/.exec(new TextDecoder().decode(stdout))?.[1];
  if (found === wanted) return;
  throw new StartError(
    `备份是 PostgreSQL ${wanted} 的，"${tools.folder}" 里是 ${found ?? "未知版本"}：安装 ` +
      `PostgreSQL ${wanted}，或用 backup.tools_dir 指明`,
  );
}
