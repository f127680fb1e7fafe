import { RELEASE_NAMES } from "../../terminal/releases/layout.ts";
import { StartError } from "../command.ts";
import { fileReason } from "../files/reason.ts";
import { fileTrouble } from "../files/trouble.ts";
import type { UpdateDeps } from "./deps.ts";

/** A commit takes a second; who waits for a patient to go holds it longer. */
const TRIES_MAX = 10;
const TRY_WAIT_MS = 1_000;

/** One update at a time, and only by the user the folder belongs to. */
export async function claimReleases(
  { releases, pause }: Pick<UpdateDeps, "releases" | "pause">,
): Promise<Disposable> {
  await requireOwner(releases);
  const lock = await openLock(`${releases}/${RELEASE_NAMES.lock}`);
  const never = new AbortController().signal;
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if (await lock.tryLock(true)) return lock;
    await pause(TRY_WAIT_MS, never);
  }
  lock.close();
  throw new StartError("另一个更新正在进行：等它结束，用 yikatong update status 查看");
}

async function openLock(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { create: true, write: true });
  } catch (thrown) {
    throw fileTrouble("不能锁定", path, thrown);
  }
}

/** What root made there the updater could neither replace nor remove later. */
async function requireOwner(releases: string): Promise<void> {
  const info = await Deno.lstat(releases).catch((thrown) => {
    throw new StartError(
      `版本目录 "${releases}" 不能使用：${
        fileReason(thrown)
      }。它由安装包建立，属主是 yikatong-update`,
    );
  });
  if (!info.isDirectory) throw new StartError(`"${releases}" 不是目录`);
  if (info.uid === Deno.uid()) return;
  throw new StartError(
    `版本目录 "${releases}" 属于另一个用户（uid ${info.uid}）。请这样执行：` +
      "runuser -u yikatong-update -- yikatong update …",
  );
}
