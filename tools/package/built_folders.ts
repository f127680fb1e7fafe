import { exists } from "../exists.ts";
import project from "../../deno.json" with { type: "json" };
import { ROOT } from "../source_files.ts";

/** Where `deno task build` left this version for these targets; at least one. */
export async function builtFolders(targets: readonly string[]): Promise<string[]> {
  const folders = targets.map((target) =>
    new URL(`dist/yikatong-${project.version}-${target}/`, ROOT).pathname
  );
  const found = await Promise.all(folders.map(exists));
  const built = folders.filter((_, at) => found[at]);
  if (built.length > 0) return built;
  throw new Error(
    `Nothing to package: run "deno task build" first; looked for ${folders.join(", ")}`,
  );
}
