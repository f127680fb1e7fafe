import { linkedVersion, VERSION_PATTERN } from "../../terminal/releases/layout.ts";

/** After a commit only the current release and the one before it stay; they are 100 MB each. */
export async function removeUnused(releases: string): Promise<void> {
  const kept = [
    await linkedVersion(releases, "current"),
    await linkedVersion(releases, "previous"),
  ];
  const entries = await Array.fromAsync(Deno.readDir(releases));
  for (const { name, isDirectory } of entries) {
    if (!isDirectory || !VERSION_PATTERN.test(name) || kept.includes(name)) continue;
    await Deno.remove(`${releases}/${name}`, { recursive: true });
  }
}
