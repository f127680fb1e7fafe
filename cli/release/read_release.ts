import { join } from "node:path";
import {
  MANIFEST_BYTES_MAX,
  MANIFEST_FILE,
  readManifest,
  type ReleaseManifest,
  SIGNATURES_FILE,
} from "../../server/platform/release/manifest.ts";
import {
  readSignatures,
  type ReleaseSignature,
  SIGNATURES_BYTES_MAX,
} from "../../server/platform/release/signatures.ts";
import { ownFile, RELEASE } from "../../server/platform/release.ts";
import { StartError, UsageError } from "../command.ts";
import { readSmallFile } from "../files/input.ts";

/** A release's manifest and signatures as they stand there, believed by nobody yet. */
export interface ReadRelease {
  readonly manifest: ReleaseManifest;
  /** What is signed. */
  readonly bytes: Uint8Array;
  readonly signatures: readonly ReleaseSignature[];
}

/** The folder that was named, or that this program runs from. */
export function releaseFolder(named: string | undefined): string {
  if (named !== undefined) return named;
  if (RELEASE.form === "bundled") return ownFile("");
  throw new UsageError("这个程序不是从发布目录运行的，没有自己的清单：请写 <发布目录>");
}

/** Throws StartError for what is not a release's. */
export async function readRelease(folder: string): Promise<ReadRelease> {
  const path = join(folder, MANIFEST_FILE);
  const bytes = await readSmallFile(path, MANIFEST_BYTES_MAX);
  const read = readManifest(bytes);
  if (read.kind === "malformed") throw new StartError(`"${path}" 不是发布清单（${read.reason}）`);
  return { manifest: read.manifest, bytes, signatures: await readAllSignatures(folder) };
}

async function readAllSignatures(folder: string): Promise<readonly ReleaseSignature[]> {
  const path = join(folder, SIGNATURES_FILE);
  const info = await Deno.lstat(path).catch(() => null);
  if (info === null) return [];
  const signatures = readSignatures(await readSmallFile(path, SIGNATURES_BYTES_MAX));
  if (signatures) return signatures;
  throw new StartError(`"${path}" 不是签名清单：移走它，请各签名方重新签名`);
}

/** What a person compares before signing or installing. */
export function releaseLines(manifest: ReleaseManifest): string[] {
  const { product, version, target, counter, commit, created, expires, runtime, files } = manifest;
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return [
    `发布      ${product} ${version}，${target}，序号 ${counter}`,
    `来源      提交 ${commit}，${created}`,
    `安装期限  ${expires ?? "没有"}`,
    `运行时    Deno ${runtime}，glibc 不低于 ${manifest.minGlibc}`,
    `文件      ${files.length} 个，${(bytes / 1_000_000).toFixed(1)} MB`,
  ];
}
