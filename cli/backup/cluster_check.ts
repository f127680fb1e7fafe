import { createHash, type Hash } from "node:crypto";
import { z } from "zod";
import { concatBytes } from "../../crypto/bytes.ts";
import { StartError } from "../command.ts";
import { TarEntries } from "./tar_entries.ts";

/** PostgreSQL's own list of a base backup (documentation, "Backup Manifest Format"). */
const manifestShape = z.object({
  "Files": z.array(z.object({
    "Path": z.string().optional(),
    "Encoded-Path": z.string().optional(),
    "Size": z.number().int().min(0),
    "Checksum-Algorithm": z.string(),
    "Checksum": z.string(),
  })),
  "WAL-Ranges": z.array(z.object({
    "Timeline": z.number().int().positive(),
    "Start-LSN": z.string(),
    "End-LSN": z.string(),
  })).min(1),
});

export interface CheckedCluster {
  /** Files whose checksums fit. */
  readonly files: number;
  readonly timeline: number;
  readonly start: string;
  readonly end: string;
}

const MANIFEST = "backup_manifest";
const MANIFEST_BYTES_MAX = 256 * 1024 * 1024;
/** pg_verifybackup passes it over too: segments are in no list, their records have checksums. */
const WAL = /^pg_wal\//;

/**
 * What pg_verifybackup does on a folder, on a tar that is streamed away under keys this machine
 * does not have: every file's SHA-256 and length against the list that comes at the end.
 */
export class ClusterCheck {
  readonly #entries = new TarEntries({
    begin: (name) => this.#begin(name),
    content: (bytes) => this.#content(bytes),
    end: () => this.#end(),
  });
  readonly #found = new Map<string, { readonly size: number; readonly digest: string }>();
  readonly #manifest: Uint8Array[] = [];
  #manifestBytes = 0;
  #name = "";
  #size = 0;
  #hash: Hash | null = null;

  add(piece: Uint8Array): void {
    this.#entries.add(piece);
  }

  /** Throws StartError that names the first file that is not as the server read it. */
  finish(): CheckedCluster {
    this.#entries.finish();
    const text = concatBytes(...this.#manifest);
    if (text.length === 0) throw new StartError("数据库传来的备份没有清单（backup_manifest）");
    const manifest = readList(text);
    const files = manifest.Files.map(withPath).filter(({ path }) => !WAL.test(path));
    for (const file of files) this.#compare(file);
    const range = manifest["WAL-Ranges"].at(-1);
    if (this.#found.size > 0) {
      const [extra] = this.#found.keys();
      throw new StartError(`备份里有清单上没有的文件 "${extra}"`);
    }
    if (!range) throw new StartError("备份的清单没有写 WAL 的范围");
    const { "Timeline": timeline, "Start-LSN": start, "End-LSN": end } = range;
    return { files: files.length, timeline, start, end };
  }

  #compare({ path, ...file }: ListedFile & { readonly path: string }): void {
    const found = this.#found.get(path);
    const fits = found?.size === file.Size && file["Checksum-Algorithm"] === "SHA256" &&
      found.digest === file.Checksum;
    if (!fits) {
      throw new StartError(
        found
          ? `备份里的 "${path}" 与数据库读出时不同：检查网络和磁盘，重新备份`
          : `备份里缺少 "${path}"：重新备份`,
      );
    }
    this.#found.delete(path);
  }

  #begin(name: string): void {
    this.#name = name.replace(/^\.\//, "");
    this.#size = 0;
    this.#hash = this.#name === MANIFEST || WAL.test(this.#name) ? null : createHash("sha256");
  }

  #content(bytes: Uint8Array): void {
    this.#size += bytes.length;
    this.#hash?.update(bytes);
    if (this.#name !== MANIFEST) return;
    this.#manifestBytes += bytes.length;
    if (this.#manifestBytes > MANIFEST_BYTES_MAX) {
      throw new StartError("数据库传来的清单（backup_manifest）大得不正常");
    }
    this.#manifest.push(bytes.slice());
  }

  #end(): void {
    if (!this.#hash) return;
    this.#found.set(this.#name, { size: this.#size, digest: this.#hash.digest("hex") });
    this.#hash = null;
  }
}

type ListedFile = z.infer<typeof manifestShape>["Files"][number];

function withPath(file: ListedFile) {
  const encoded = file["Encoded-Path"] ?? "";
  return { ...file, path: file.Path ?? new TextDecoder().decode(Uint8Array.fromHex(encoded)) };
}

const OWN_CHECKSUM = /\n"Manifest-Checksum": "([0-9a-f]{64})"\}\n$/;

/** The list's last line has the SHA-256 of all lines before it. */
function readList(bytes: Uint8Array): z.infer<typeof manifestShape> {
  const text = new TextDecoder().decode(bytes);
  const [line, digest] = OWN_CHECKSUM.exec(text) ?? [];
  const before = line === undefined ? "" : text.slice(0, text.length - line.length + 1);
  if (digest === undefined || createHash("sha256").update(before).digest("hex") !== digest) {
    throw new StartError("备份的清单（backup_manifest）校验不符：重新备份");
  }
  const read = manifestShape.safeParse(JSON.parse(text));
  if (read.success) return read.data;
  throw new StartError(`备份的清单（backup_manifest）读不懂：${z.prettifyError(read.error)}`);
}
