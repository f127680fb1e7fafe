import { basename } from "node:path";

/** Tells a folder that is ours to wipe from one that was named by mistake. */
const MARK = ".yikatong_vendor_work";
const ONLY_OURS = 0o700;
/** A library's own folders in folders; deeper is a loop or an attack. */
const DEPTH_MAX = 16;

/**
 * Where a library works and leaves its logs and photos (`wz.txt`, `zp.bmp`). It is ours alone till
 * what is returned is disposed. Throws for a folder with something in it that we did not make, since
 * it would be wiped, and for one that another process works in.
 */
export async function makeWorkFolder(folder: string): Promise<Disposable> {
  await Deno.mkdir(folder, { recursive: true, mode: ONLY_OURS });
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  if (names.length > 0 && !names.includes(MARK)) {
    throw new Error(`Cannot work in "${folder}": not empty, expected a folder of our own`);
  }
  await Deno.chmod(folder, ONLY_OURS);
  const mark = await Deno.open(`${folder}/${MARK}`, { create: true, write: true });
  if (await mark.tryLock(true)) return mark;
  mark.close();
  throw new Error(`Cannot work in "${folder}": another process does, expected one library in it`);
}

/**
 * Empties it and puts the profile's files there again. Files are cut to nothing first, since a
 * library may hold them open; links are removed and not followed.
 */
export async function wipeWorkFolder(folder: string, files: readonly string[]): Promise<void> {
  await wipe(folder, { depth: 0 });
  for (const file of files) await Deno.copyFile(file, `${folder}/${basename(file)}`);
}

/** Nothing happens when it is gone already. */
export async function removeWorkFolder(folder: string): Promise<void> {
  try {
    await wipe(folder, { depth: 0 });
    await Deno.remove(folder, { recursive: true });
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  }
}

async function wipe(folder: string, { depth }: { depth: number }): Promise<void> {
  if (depth > DEPTH_MAX) throw new Error(`Cannot wipe "${folder}": more than ${DEPTH_MAX} deep`);
  for (const entry of await Array.fromAsync(Deno.readDir(folder))) {
    if (depth === 0 && entry.name === MARK) continue;
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) await wipe(path, { depth: depth + 1 });
    else if (entry.isFile) await cut(path);
    await removeIfThere(path);
  }
}

/** Only what has no other name: behind one may be a file that is not ours. */
async function cut(path: string): Promise<void> {
  try {
    if ((await Deno.lstat(path)).nlink === 1) await Deno.truncate(path);
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  }
}
