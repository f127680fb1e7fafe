import { equalBytes } from "./bytes.ts";
import type { DigestStream } from "./engine.ts";
import type { Manifest, ManifestFile } from "./manifest.ts";

/** A file that is there, its content read only when its path and size fit. */
export interface FoundFile {
  /** As in the manifest: relative, with "/". */
  readonly path: string;
  readonly size: number;
  content(): AsyncIterable<Uint8Array>;
}

export interface FileDifferences {
  readonly missing: readonly string[];
  readonly changed: readonly string[];
  /** What no release put there, at most the first 1,000. */
  readonly extra: readonly string[];
}

const EXTRA_MAX = 1_000;

/** Compares what is there with what was released; memory grows with the manifest, not with the files. */
export async function checkFiles(
  manifest: Manifest,
  found: AsyncIterable<FoundFile>,
  digest: () => DigestStream,
): Promise<FileDifferences> {
  const expected = new Map(manifest.files.map((file) => [file.path, file]));
  const changed: string[] = [];
  const extra: string[] = [];
  for await (const file of found) {
    const released = expected.get(file.path);
    expected.delete(file.path);
    if (!released) {
      if (extra.length < EXTRA_MAX) extra.push(file.path);
    } else if (!await isSame(released, file, digest)) changed.push(file.path);
  }
  return { missing: [...expected.keys()], changed, extra };
}

async function isSame(
  released: ManifestFile,
  found: FoundFile,
  digest: () => DigestStream,
): Promise<boolean> {
  if (found.size !== released.size) return false;
  using stream = digest();
  for await (const piece of found.content()) stream.update(piece);
  return equalBytes(stream.digest(), released.sm3);
}
