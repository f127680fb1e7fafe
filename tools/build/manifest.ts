import { join } from "node:path";
import type { Engine } from "../../crypto/engine.ts";
import { openEngine } from "../../crypto/providers/choose.ts";
import {
  MANIFEST_FILE,
  readManifest,
  type ReleaseFile,
  type ReleaseManifest,
  SIGNATURES_FILE,
} from "../../server/platform/release/manifest.ts";
import { walkFolder } from "../../server/platform/release/walk_folder.ts";

/** What a build knows of the release it has made, but for its files. */
export type ReleaseFacts = Omit<ReleaseManifest, "format" | "product" | "files">;

const PIECE_BYTES = 1024 * 1024;

/**
 * Writes `manifest.json` for what lies in the folder: the same files and facts give the same bytes.
 * Throws for a link, a path that some system reads otherwise, and facts that no manifest may hold.
 */
export async function writeManifest(folder: string, facts: ReleaseFacts): Promise<void> {
  using engine = openEngine({ choice: "auto" }).engine;
  const files = await listReleased(folder, engine);
  const { version, target, commit, created, expires, counter, minGlibc, runtime } = facts;
  const manifest: ReleaseManifest = {
    format: 1,
    product: "yikatong",
    version,
    target,
    commit,
    created,
    ...(expires !== undefined && { expires }),
    counter,
    minGlibc,
    runtime,
    files,
  };
  const bytes = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  const read = readManifest(bytes);
  if (read.kind === "malformed") throw new Error(`Cannot write the manifest: ${read.reason}`);
  await Deno.writeFile(join(folder, MANIFEST_FILE), bytes);
}

async function listReleased(folder: string, engine: Engine): Promise<ReleaseFile[]> {
  const files: ReleaseFile[] = [];
  for await (const { path, kind } of walkFolder(folder)) {
    if (path === MANIFEST_FILE || path === SIGNATURES_FILE) continue;
    if (kind !== "file") throw new Error(`Cannot release "${path}": expected a plain file`);
    files.push({ path, ...await digestOf(join(folder, path), engine) });
  }
  return files.sort((left, right) => left.path < right.path ? -1 : 1);
}

async function digestOf(path: string, engine: Engine): Promise<Omit<ReleaseFile, "path">> {
  using file = await Deno.open(path);
  using stream = engine.sm3Stream();
  const buffer = new Uint8Array(PIECE_BYTES);
  let size = 0;
  for (let length = await file.read(buffer); length !== null; length = await file.read(buffer)) {
    size += length;
    stream.update(buffer.subarray(0, length));
  }
  return { size, sm3: stream.digest().toHex() };
}
