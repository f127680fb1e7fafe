import { StartError } from "../command.ts";
import { type FoundBackup, requireGenuine } from "../backup/find_backups.ts";
import { requireFreeSpace } from "../backup/free_space.ts";
import { PARTIAL_SUFFIX } from "../backup/layout.ts";
import { makeFolder, type OpenedBackup } from "../backup/opened.ts";
import type { PrivateKeyOf } from "../backup/recipients.ts";
import { findTools } from "../backup/tools.ts";
import { fileTrouble } from "../files/trouble.ts";
import { collectWal } from "./collect_wal.ts";
import { openDatabaseUser } from "./database_user.ts";
import { ScratchServer } from "./scratch_server.ts";
import { unpackCluster } from "./unpack_cluster.ts";

export interface RestoreOptions {
  readonly base: FoundBackup;
  readonly keyOf: PrivateKeyOf;
  /** Null for all there is. */
  readonly to: Date | null;
  /** A cluster folder that is not there yet. */
  readonly into: string;
  readonly signal: AbortSignal;
  /** What begins now, in Chinese. */
  readonly tell: (step: string) => void;
}

export interface RestoredCluster extends AsyncDisposable {
  readonly server: ScratchServer;
  readonly walSegments: number;
  /** The files become the cluster at `into`; without it they go. */
  keep(): Promise<void>;
}

/** A path that a shell and PostgreSQL's restore_command read as it is. */
const PLAIN_PATH = /^\/[A-Za-z0-9_./-]+$/;

/**
 * A cluster of its own out of a base backup and the WAL since, replayed to an instant or to the
 * end, and served to us. Never over one that is there.
 */
export async function restoreCluster(
  opened: OpenedBackup,
  options: RestoreOptions,
): Promise<RestoredCluster> {
  const { base, keyOf, to, into, signal, tell } = options;
  const { settings } = opened;
  await requireAbsent(into);
  const data = into + PARTIAL_SUFFIX;
  const walFolder = `${into}.wal`;
  await requireAbsent(data);
  await requireAbsent(walFolder);
  const tools = await findTools(settings, "postgres");
  const user = await openDatabaseUser(settings.run_as);
  await requireGenuine(opened, base);
  await using stack = new AsyncDisposableStack();
  for (const folder of [data, walFolder]) {
    await makeFolder(folder);
    stack.defer(() => Deno.remove(folder, { recursive: true }).catch(ignoreAbsence));
    await user.own(folder);
  }
  await requireFreeSpace(data, base.manifest.content.plainBytes);
  tell("解密、展开物理备份并核对");
  await unpackCluster(opened, base, { into: data, keyOf, user, tools, signal });
  tell("解密 WAL");
  const { segments } = await collectWal(opened, base, { into: walFolder, keyOf });
  for await (const { name } of Deno.readDir(walFolder)) await user.own(`${walFolder}/${name}`);
  signal.throwIfAborted();
  tell(`重放 WAL（${segments} 段）`);
  const server = await ScratchServer.recover({
    data,
    tools,
    user,
    recovery: { walFolder, to },
    signal,
  });
  stack.use(server);
  const kept = stack.move();
  return {
    server,
    walSegments: segments,
    async keep() {
      await server[Symbol.asyncDispose]();
      await Deno.rename(data, into).catch((thrown) =>
        Promise.reject(fileTrouble("不能写入", into, thrown))
      );
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function requireAbsent(path: string): Promise<void> {
  if (!PLAIN_PATH.test(path)) {
    throw new StartError(`"${path}" 要写完整路径，只能有字母、数字和 _ . / -`);
  }
  if (!await Deno.lstat(path).then(() => true, () => false)) return;
  throw new StartError(`"${path}" 已存在：恢复从不写到已有的目录上，换一个，或先移走它`);
}

function ignoreAbsence(thrown: unknown): void {
  if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
}
