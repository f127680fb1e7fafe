import { reasonOf } from "../../server/platform/errors.ts";
import { StartError } from "../command.ts";
import { fileReason } from "../files/reason.ts";

/** What a demo keeps; a reset touches nothing else, whatever folder was named. */
const OURS = [
  "database",
  "sandbox",
  "journal.sqlite",
  "journal.sqlite-shm",
  "journal.sqlite-wal",
  "development_secrets.json",
];

const LOCK = ".in_use";

/** Claims a data folder for this process alone; two on one embedded database would ruin it. */
export async function claimFolder(
  folder: string,
  { reset }: { readonly reset: boolean },
): Promise<Disposable> {
  const lock = await openLock(folder);
  if (!await lock.tryLock(true)) {
    lock.close();
    throw new StartError(
      `数据目录 "${folder}" 正被另一个 yikatong 使用：先停止它，或换一个数据目录`,
    );
  }
  if (reset) await empty(folder);
  return lock;
}

async function openLock(folder: string): Promise<Deno.FsFile> {
  try {
    await Deno.mkdir(folder, { recursive: true });
    return await Deno.open(`${folder}/${LOCK}`, { create: true, write: true });
  } catch (thrown) {
    throw new StartError(`数据目录 "${folder}" 不能写入：${fileReason(thrown)}`);
  }
}

async function empty(folder: string): Promise<void> {
  for (const name of OURS) {
    await Deno.remove(`${folder}/${name}`, { recursive: true }).catch((thrown) => {
      if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
    });
  }
}

/** Says in one line which part of the folder does not open, instead of a stack. */
export async function opening<Value>(
  what: string,
  open: () => Promise<Value>,
): Promise<Value> {
  try {
    return await open();
  } catch (thrown) {
    if (thrown instanceof StartError) throw thrown;
    throw new StartError(
      `${what}打不开，可能已损坏：${reasonOf(thrown)}。演示数据可以用 --reset 重新生成。`,
    );
  }
}
