import { join } from "node:path";

/** Something that lies in a folder or below. */
export interface FoundEntry {
  /** From the folder, with "/". */
  readonly path: string;
  /** `other` is a link, a device or a pipe: nothing of a release, and never opened. */
  readonly kind: "file" | "other" | "unreadable";
}

const ENTRIES_MAX = 50_000;
const DEPTH_MAX = 32;

/**
 * Every file, link and folder that cannot be read; links are not followed. What is more or deeper
 * than any release counts as `other`, and the rest is not looked at.
 */
export async function* walkFolder(folder: string): AsyncGenerator<FoundEntry> {
  const open = [{ path: "", depth: 0 }];
  let entries = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const { path, depth } = next;
    try {
      for await (const entry of Deno.readDir(join(folder, path))) {
        const inside = path === "" ? entry.name : `${path}/${entry.name}`;
        const isFolder = entry.isDirectory && depth < DEPTH_MAX;
        if (isFolder) open.push({ path: inside, depth: depth + 1 });
        else yield { path: inside, kind: entry.isFile ? "file" : "other" };
        if (++entries < ENTRIES_MAX) continue;
        yield { path: inside, kind: "other" };
        return;
      }
    } catch (thrown) {
      if (!(thrown instanceof Error && "code" in thrown)) throw thrown;
      yield { path, kind: "unreadable" };
    }
  }
}
