import { dirname, join } from "node:path";

/** One file of a package, at its place on the machine without the leading slash. */
export type Entry =
  | {
    readonly kind: "file";
    readonly path: string;
    readonly mode: number;
    readonly content: { readonly file: string } | { readonly text: string | Uint8Array };
    /** The operator's to change: no later version overwrites it. */
    readonly isConfig?: boolean;
  }
  | { readonly kind: "link"; readonly path: string; readonly to: string };

export const EXECUTABLE = 0o755;
export const PLAIN = 0o644;
const FOLDER = 0o755;

/** Lays the tree out under a folder, the same for the same entries whoever does it and when. */
export async function layOut(
  entries: readonly Entry[],
  { root, at }: { readonly root: string; readonly at: Date },
): Promise<void> {
  for (const entry of entries) {
    const path = join(root, entry.path);
    await Deno.mkdir(dirname(path), { recursive: true });
    if (entry.kind === "link") {
      await Deno.symlink(entry.to, path);
      continue;
    }
    if ("file" in entry.content) await Deno.copyFile(entry.content.file, path);
    else await Deno.writeFile(path, bytesOf(entry.content.text));
    await Deno.chmod(path, entry.mode);
    await Deno.utime(path, at, at);
  }
  await settleFolders(root, at);
}

/** The umask is the builder's, the times are those of the build: neither is the package's. */
async function settleFolders(folder: string, at: Date): Promise<void> {
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isDirectory) await settleFolders(join(folder, entry.name), at);
  }
  await Deno.chmod(folder, FOLDER);
  await Deno.utime(folder, at, at);
}

export function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === "string" ? new TextEncoder().encode(text) : text;
}
