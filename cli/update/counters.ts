import { readCount, readWords, RELEASE_NAMES } from "../../terminal/releases/layout.ts";
import { StartError } from "../command.ts";
import type { ReleaseManifest } from "../../server/platform/release/manifest.ts";
import type { UpdateDeps } from "./deps.ts";

/** A signed word that one older release may run after all. */
export interface DowngradePermit {
  readonly version: string;
  readonly counter: number;
}

const MANIFEST_BYTES_MAX = 8 * 1024 * 1024;

/** Of the release the package installed; 0 where there is none, as on a machine of a developer. */
export async function packagedCounter({ packaged }: Pick<UpdateDeps, "packaged">): Promise<number> {
  return await counterIn(packaged);
}

/** As its manifest says, believed where the folder was verified before; 0 without a manifest. */
export async function counterIn(folder: string): Promise<number> {
  const path = `${folder}/manifest.json`;
  const info = await Deno.stat(path).catch(() => null);
  if (!info || info.size > MANIFEST_BYTES_MAX) return 0;
  const manifest: unknown = JSON.parse(await Deno.readTextFile(path));
  const isObject = typeof manifest === "object" && manifest !== null && "counter" in manifest;
  return isObject && Number.isSafeInteger(manifest.counter) ? Number(manifest.counter) : 0;
}

export async function committedCounter(
  { releases }: Pick<UpdateDeps, "releases">,
): Promise<number> {
  const words = await readWords(`${releases}/${RELEASE_NAMES.counter}`);
  if (words === null) return 0;
  const counter = readCount(words[0]);
  if (counter !== null) return counter;
  throw new StartError(
    `"${releases}/${RELEASE_NAMES.counter}" 读不出发布序号：不能确认新版本不是旧的，没有切换。` +
      "请联系维护人员",
  );
}

/** Newer than everything that ever ran here, or permitted by name. */
export async function requireNotOlder(
  deps: Pick<UpdateDeps, "releases" | "packaged">,
  { version, counter }: Pick<ReleaseManifest, "version" | "counter">,
  permit: DowngradePermit | null,
): Promise<void> {
  const floor = Math.max(await committedCounter(deps), await packagedCounter(deps));
  if (counter >= floor) return;
  if (permit?.version === version && permit.counter === counter) return;
  throw new StartError(
    `版本 ${version} 比本机用过的旧（序号 ${counter}，本机 ${floor}），没有切换：` +
      "旧版本可能有已知漏洞。确实要用，须有签了名的降级许可（--permit）",
  );
}
