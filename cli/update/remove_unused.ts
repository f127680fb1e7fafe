import { linkedVersion, VERSION_PATTERN } from "../../terminal/releases/layout.ts";
import { counterIn } from "./counters.ts";

/**
 * After a commit: the current release, the one before it and what is newer than they are stay; they
 * are 100 MB each.
 */
export async function removeUnused(releases: string): Promise<void> {
  const current = await linkedVersion(releases, "current");
  const kept = [current, await linkedVersion(releases, "previous")];
  const counter = await counterIn(`${releases}/${current}`);
  const entries = await Array.fromAsync(Deno.readDir(releases));
  for (const { name, isDirectory } of entries) {
    if (!isDirectory || !VERSION_PATTERN.test(name) || kept.includes(name)) continue;
    if (await counterIn(`${releases}/${name}`) > counter) continue;
    await Deno.remove(`${releases}/${name}`, { recursive: true });
  }
}
