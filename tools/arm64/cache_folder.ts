import { cacheFolder } from "../build/runtime.ts";
import { exists } from "../exists.ts";
import { PiecesMissing } from "./pieces_missing.ts";

/** Where pieces of arm64 are kept between runs, below the user's cache. */
export async function arm64Cache(): Promise<string> {
  const folder = `${cacheFolder()}/arm64`;
  try {
    await Deno.mkdir(folder, { recursive: true });
    return folder;
  } catch (cause) {
    throw new PiecesMissing(`Cannot keep arm64 pieces in ${folder}`, { cause });
  }
}

/** Made beside its place and then moved there, so that half a folder is never taken for a whole. */
export async function makeOnce(
  folder: string,
  make: (folder: string) => Promise<void>,
): Promise<void> {
  if (await exists(folder)) return;
  const draft = `${folder}-${crypto.randomUUID()}`;
  await Deno.mkdir(draft);
  try {
    await make(draft);
    await Deno.rename(draft, folder);
  } catch (thrown) {
    await Deno.remove(draft, { recursive: true });
    // Another run was quicker.
    if (!await exists(folder)) throw thrown;
  }
}
