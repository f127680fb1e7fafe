import { basename, join } from "node:path";
import { walkFolder } from "../../server/platform/release/walk_folder.ts";
import { run } from "./run.ts";
import type { UosPackage } from "./uos_rules.ts";

/** Unpacks it into a new folder: its files below `tree`, its control files below `control`. */
export async function readUosPackage(deb: string, folder: string): Promise<UosPackage> {
  const tree = join(folder, "tree");
  const control = join(folder, "control");
  await Deno.mkdir(folder);
  await run("dpkg-deb", ["--extract", deb, tree]);
  await run("dpkg-deb", ["--control", deb, control]);
  const paths = (await Array.fromAsync(walkFolder(tree), ({ path }) => path)).sort();
  const infoPath = paths.find((path) => /^opt\/apps\/[^/]+\/info$/.test(path));
  const desktopPaths = paths.filter((path) => path.endsWith(".desktop"));
  return {
    fileName: basename(deb),
    control: readControl(await Deno.readTextFile(join(control, "control"))),
    controlFiles: (await Array.fromAsync(Deno.readDir(control), ({ name }) => name)).sort(),
    paths,
    info: infoPath === undefined ? null : await Deno.readTextFile(join(tree, infoPath)),
    desktopFiles: Object.fromEntries(
      await Promise.all(
        desktopPaths.map(async (path) =>
          [path, await Deno.readTextFile(join(tree, path))] as const
        ),
      ),
    ),
  };
}

/** The first line of each field. */
function readControl(text: string): Record<string, string> {
  const fields = [...text.matchAll(/^([A-Za-z-]+):[ \t]*(.*)$/gm)];
  return Object.fromEntries(fields.map(([, name = "", value = ""]) => [name, value]));
}
