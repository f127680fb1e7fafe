import project from "../../deno.json" with { type: "json" };
import { ownFile } from "../../server/platform/release.ts";
import { exists } from "../exists.ts";

/** Where `deno task build` left this version for these targets; at least one. */
export async function builtFolders(targets: readonly string[]): Promise<string[]> {
  const folders = targets.map((target) => ownFile(`dist/yikatong-${project.version}-${target}/`));
  const found = await Promise.all(folders.map(exists));
  const built = folders.filter((_, at) => found[at]);
  if (built.length > 0) return built;
  throw new Error(
    `Nothing to package: run "deno task build" first; looked for ${folders.join(", ")}`,
  );
}
