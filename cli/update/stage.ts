import { syncFolder, syncTree } from "../../terminal/releases/durable.ts";
import { linkedVersion, RELEASE_NAMES, VERSION_PATTERN } from "../../terminal/releases/layout.ts";
import { StartError } from "../command.ts";
import { fileTrouble } from "../files/trouble.ts";
import type { ReleaseManifest } from "../../server/platform/release/manifest.ts";
import { noteMissed } from "./changes.ts";
import type { UpdateDeps } from "./deps.ts";
import { claimReleases } from "./lock.ts";
import { requireFit } from "./machine.ts";
import { requireSpace } from "./space.ts";
import { unpack, unpackedBytesMax } from "./unpack.ts";

/**
 * Puts a release beside the others, whole and verified, or not at all. What runs is not touched;
 * nothing is ever overwritten in place. Harmless when repeated.
 */
export async function stage(deps: UpdateDeps, archive: string): Promise<ReleaseManifest> {
  using _lock = await claimReleases(deps);
  const { releases, at } = deps;
  const size = await sizeOf(archive);
  const staging = `${releases}/${RELEASE_NAMES.staging}`;
  await removeTree(staging);
  await requireSpace(releases, unpackedBytesMax(size));
  try {
    await Deno.mkdir(staging, { mode: 0o755 });
    await unpack(archive, staging);
    at("unpacked");
    const folder = await onlyFolder(staging, archive);
    const release = await deps.verify(folder, { isNew: true });
    if (!VERSION_PATTERN.test(release.version)) {
      throw new StartError(`版本号 "${release.version}" 不能作目录名，没有暂存`);
    }
    requireFit(deps.machine, release);
    await syncTree(folder);
    at("synced");
    await putInPlace(deps, folder, release);
    await noteMissed(deps, { did: "staged", version: release.version });
    return release;
  } finally {
    await removeTree(staging);
  }
}

async function sizeOf(archive: string): Promise<number> {
  try {
    const { isFile, size } = await Deno.stat(archive);
    if (isFile) return size;
  } catch (thrown) {
    throw fileTrouble("不能读取安装包", archive, thrown);
  }
  throw new StartError(`"${archive}" 不是文件：要的是 yikatong-<版本>-<平台>.tar.xz`);
}

async function onlyFolder(staging: string, archive: string): Promise<string> {
  const entries = await Array.fromAsync(Deno.readDir(staging));
  const [first] = entries;
  if (entries.length === 1 && first?.isDirectory) return `${staging}/${first.name}`;
  throw new StartError(`"${archive}" 里应当只有一个目录：不是本产品的发布包`);
}

async function putInPlace(
  { releases, verify, at }: UpdateDeps,
  folder: string,
  { version }: ReleaseManifest,
): Promise<void> {
  const place = `${releases}/${version}`;
  if (await Deno.lstat(place).catch(() => null)) {
    const isSame = await sameManifest(place, folder) && await verify(place).catch(() => null);
    if (isSame) return;
    for (const link of ["current", "previous"] as const) {
      if (await linkedVersion(releases, link) !== version) continue;
      throw new StartError(
        `版本 ${version} 正在使用，内容与安装包不同，不能覆盖：新内容要用新的版本号`,
      );
    }
    // Away under one rename: a folder of that name is whole or not there.
    await Deno.rename(place, `${releases}/${RELEASE_NAMES.staging}/.old`);
    at("old_moved_away");
  }
  await Deno.rename(folder, place);
  await syncFolder(releases);
  at("staged");
}

async function sameManifest(left: string, right: string): Promise<boolean> {
  const read = (folder: string) => Deno.readTextFile(`${folder}/manifest.json`).catch(() => null);
  const known = await read(left);
  return known !== null && known === await read(right);
}

async function removeTree(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch((thrown) => {
    if (!(thrown instanceof Deno.errors.NotFound)) throw fileTrouble("不能清除", path, thrown);
  });
}
