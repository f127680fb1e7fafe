import denoConfig from "../../deno.json" with { type: "json" };
import type { LockedPackages } from "../../server/modules/compliance/evidence/locked_packages.ts";
import { isTest } from "../house/place.ts";
import { readSources, type SourceFile } from "../source_files.ts";

/** What runs on a platform, a terminal or a patient's screen. */
const PROGRAM = /^(main\.ts$|(cli|crypto|ffi|server|terminal|sandbox|kiosk-ui|console-ui)\/)/;
const QUOTED = /"((?:@[\w.-]+\/)?[\w.-]+)(?:\/[^"]*)?"/g;

/**
 * Ids of the packages that may be in the program: those that its sources name, and all that these
 * ask for. Too many rather than too few: what a bundler leaves out is not looked at.
 */
export async function shippedPackages({ packages, direct }: LockedPackages): Promise<Set<string>> {
  const named = packagesNamed(await readSources(/\.tsx?$/));
  const byId = new Map(packages.map((item) => [item.id, item]));
  const shipped = new Set<string>();
  const open = direct.filter((id) => named.has(byId.get(id)?.name ?? ""));
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const found = byId.get(id);
    if (shipped.has(id) || !found?.isInstalled) continue;
    shipped.add(id);
    open.push(...found.dependencies);
  }
  return shipped;
}

/** By any string that is a package's name or begins with it: imports and paths inside a package. */
export function packagesNamed(sources: readonly SourceFile[]): Set<string> {
  const known = new Set(Object.keys(denoConfig.imports));
  return new Set(
    sources.filter(({ path }) => PROGRAM.test(path) && !isTest(path)).flatMap(({ text }) =>
      [...text.matchAll(QUOTED)].flatMap(([, name = ""]) => known.has(name) ? [name] : [])
    ),
  );
}
