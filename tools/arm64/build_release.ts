import type { SourceFacts } from "../build/facts.ts";
import { buildFolder } from "../build/folder.ts";
import { cacheFolder, findRuntime } from "../build/runtime.ts";

/** The bundled form for arm64, as `deno task build` makes it, in a folder of a proof. */
export async function buildRelease(folder: string, facts: SourceFacts): Promise<string> {
  const target = "linux-arm64";
  const release = `${folder}/release`;
  const runtime = await findRuntime(target, cacheFolder());
  await buildFolder({ target, folder: release, facts, runtime });
  return release;
}
