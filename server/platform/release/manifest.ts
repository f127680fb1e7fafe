import { z } from "zod";
import { pathKey, requireApart } from "../../../crypto/manifest_paths.ts";
import { reasonOf } from "../errors.ts";

/** What a release consists of; beside its files, and none of them. */
export const MANIFEST_FILE = "manifest.json";
/** Who signed the manifest's bytes. */
export const SIGNATURES_FILE = "manifest.sig.json";

export const MANIFEST_BYTES_MAX = 4 * 1024 * 1024;
const FILES_MAX = 20_000;
const FILE_BYTES_MAX = 1024 ** 3;

const day = z.iso.datetime({ offset: true });
const word = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}$/);

/** A later format may add fields: whoever reads an older one passes them over. */
const shape = z.object({
  format: z.literal(1),
  product: z.literal("yikatong"),
  version: word,
  target: z.enum(["linux-x64", "linux-arm64"]),
  /** Of the sources. */
  commit: word,
  created: day,
  /** After it the release is not put on a machine any more; what runs goes on. */
  expires: day.optional(),
  /** Grows with every release: an older one is told by it, whatever its version says. */
  counter: z.int().min(1),
  minGlibc: z.string().regex(/^\d{1,3}\.\d{1,3}$/),
  /** Version of the runtime. */
  runtime: word,
  files: z.array(z.object({
    /** Relative, with "/". */
    path: z.string(),
    /** Bytes. */
    size: z.int().min(0).max(FILE_BYTES_MAX),
    /** 64 hexadecimal digits. */
    sm3: z.string().regex(/^[0-9a-f]{64}$/),
  })).max(FILES_MAX),
});

export type ReleaseManifest = Readonly<z.infer<typeof shape>>;

export type ReleaseFile = ReleaseManifest["files"][number];

export type ReadManifest =
  | { readonly kind: "manifest"; readonly manifest: ReleaseManifest }
  /** Signed or not, it is no manifest. */
  | { readonly kind: "malformed"; readonly reason: string };

/** Paths that lead elsewhere, stand twice or are one on some systems make it malformed. */
export function readManifest(bytes: Uint8Array): ReadManifest {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const manifest = shape.parse(JSON.parse(text));
    requirePlainPaths(manifest.files.map(({ path }) => path));
    return { kind: "manifest", manifest };
  } catch (thrown) {
    return { kind: "malformed", reason: firstReason(thrown) };
  }
}

/** Throws CryptoError `invalid_argument`. */
export function requirePlainPaths(paths: readonly string[]): void {
  for (const path of paths) pathKey(path);
  requireApart([...paths, MANIFEST_FILE, SIGNATURES_FILE]);
}

function firstReason(thrown: unknown): string {
  if (!(thrown instanceof z.ZodError)) return reasonOf(thrown);
  const [issue] = thrown.issues;
  return issue ? `${issue.path.join(".")}: ${issue.message}` : thrown.message;
}
