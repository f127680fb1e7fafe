import { dirname } from "node:path";

/** Replaces a file as a whole: after a power cut it is the old one or the new one. */
export async function writeDurably(path: string, text: string, mode = 0o644): Promise<void> {
  const partial = `${path}.partial`;
  const file = await Deno.open(partial, { write: true, create: true, truncate: true, mode });
  try {
    await Deno.chmod(partial, mode);
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    await file.sync();
  } finally {
    file.close();
  }
  await Deno.rename(partial, path);
  await syncFolder(dirname(path));
}

/** `rename(2)` over the old link: there is no moment without one. */
export async function linkDurably(target: string, path: string): Promise<void> {
  const partial = `${path}.partial`;
  await removeIfThere(partial);
  await Deno.symlink(target, partial);
  await Deno.rename(partial, path);
  await syncFolder(dirname(path));
}

/** Harmless when it is gone already. */
export async function removeDurably(path: string): Promise<void> {
  await removeIfThere(path);
  await syncFolder(dirname(path));
}

/** All that lies in a folder, to the disk, the deepest first. */
export async function syncTree(folder: string): Promise<void> {
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) await syncTree(path);
    else await syncOne(path);
  }
  await syncFolder(folder);
}

export async function syncFolder(folder: string): Promise<void> {
  await syncOne(folder);
}

async function syncOne(path: string): Promise<void> {
  const handle = await Deno.open(path);
  try {
    await handle.sync();
  } finally {
    handle.close();
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  }
}
