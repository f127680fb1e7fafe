import type { ReleaseManifest } from "../../server/platform/release/manifest.ts";
import { StartError } from "../command.ts";
import { isTagged, type KysecTools } from "./kysec_tools.ts";

export interface KysecDeps {
  /** Null where the machine has no KySec. */
  readonly kysec: KysecTools | null;
}

/** What was said of each program before and after; kept, and told to the platform. */
export interface TagRecord {
  readonly at: string;
  readonly version: string;
  readonly files: readonly {
    readonly path: string;
    readonly sm3: string;
    readonly before: string;
    readonly after: string;
  }[];
}

const EXECUTABLE_BITS = 0o111;
const ELF = [0x7f, 0x45, 0x4c, 0x46] as const;

/** Tags every program, script and library of a verified release; the tag is lost with every copy. */
export async function tagRelease(
  kysec: KysecTools,
  { folder, release, at }: {
    readonly folder: string;
    readonly release: ReleaseManifest;
    readonly at: Date;
  },
): Promise<TagRecord> {
  const files: TagRecord["files"][number][] = [];
  for (const { path, sm3 } of await programsOf(folder, release)) {
    const file = `${folder}/${path}`;
    const before = await kysec.read(file);
    if (!isTagged(before)) await kysec.tag(file);
    const after = await kysec.read(file);
    files.push({ path, sm3, before, after });
    if (isTagged(after)) continue;
    throw new StartError(`KySec 没有认可 "${file}"（${after}）：${ASK_ROOT}`);
  }
  return { at: at.toISOString(), version: release.version, files };
}

const ASK_ROOT = "以 root 执行 yikatong update tag <版本>，仍不行时查看麒麟安全中心的执行控制";

/** Refuses to switch to a release whose programs KySec would not let start. */
export async function requireTagged(
  { kysec }: KysecDeps,
  folder: string,
  release: ReleaseManifest,
): Promise<void> {
  if (!kysec || !await kysec.isControlling()) return;
  for (const { path } of await programsOf(folder, release)) {
    const said = await kysec.read(`${folder}/${path}`);
    if (isTagged(said)) continue;
    throw new StartError(
      `版本 ${release.version} 的 "${path}" 没有 KySec 认证标记（${said}），启动会被拒绝，没有切换：` +
        ASK_ROOT,
    );
  }
}

/** By what they are, not by their names: with the x bit, or with an ELF header. */
async function programsOf(
  folder: string,
  { files }: ReleaseManifest,
): Promise<ReleaseManifest["files"]> {
  const programs: ReleaseManifest["files"] = [];
  for (const file of files) {
    const path = `${folder}/${file.path}`;
    const { mode } = await Deno.lstat(path);
    if (((mode ?? 0) & EXECUTABLE_BITS) !== 0 || await startsAsElf(path)) programs.push(file);
  }
  return programs;
}

async function startsAsElf(path: string): Promise<boolean> {
  using file = await Deno.open(path);
  const head = new Uint8Array(ELF.length);
  await file.read(head);
  return ELF.every((byte, at) => head[at] === byte);
}
