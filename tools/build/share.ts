import { basename } from "node:path";
import { ownFile } from "../../server/platform/release.ts";
import { buildConsole } from "../build_console.ts";
import { buildKiosk } from "../build_kiosk.ts";
import type { BuiltFile } from "../bundle_screens.ts";

/** What the program reads at run time and is not in its script, by its place in a release. */
export const SHARED_FILES: readonly string[] = [
  "share/fonts/noto-sans-sc-chinese-simplified-400-normal.woff",
  "share/pglite/initdb.wasm",
  "share/pglite/pglite.data",
  "share/pglite/pglite.wasm",
  "share/reference/swagger-ui-bundle.js",
  "share/reference/swagger-ui.css",
];

const SIMULATORS = "share/simulators/";
/** Of vendors' libraries and devices, for who sets a machine up to copy and complete. */
const PROFILES = "ffi/profiles";

/** Everything under `share/` but what is said of packages. */
export async function writeShared(folder: string): Promise<void> {
  for (const path of [...SHARED_FILES, ...await simulatorSources()]) {
    await copyFile(ownFile(path), `${folder}/${path}`);
  }
  for await (const { name } of Deno.readDir(ownFile(PROFILES))) {
    await copyFile(ownFile(`${PROFILES}/${name}`), `${folder}/share/profiles/${name}`);
  }
  await writeScreens(`${folder}/share/console`, await buildConsole());
  await writeScreens(`${folder}/share/kiosk`, await buildKiosk());
}

/** Of the vendor libraries that `dev --devices hardware` and the proofs on arm64 compile. */
async function simulatorSources(): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir(ownFile(SIMULATORS)), ({ name }) => name);
  return names.filter((name) => /\.[ch]$/.test(name)).sort().map((name) => SIMULATORS + name);
}

async function writeScreens(
  folder: string,
  files: ReadonlyMap<string, BuiltFile>,
): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for (const [path, { bytes }] of files) await Deno.writeFile(`${folder}${path}`, bytes);
}

async function copyFile(from: string, to: string): Promise<void> {
  await Deno.mkdir(to.slice(0, -basename(to).length), { recursive: true });
  await Deno.writeFile(to, await Deno.readFile(from));
}
