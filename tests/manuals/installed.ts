/** What is there on a machine once a package is installed. */
import { basename } from "node:path";
import type { ReleaseManifest } from "../../server/platform/release/manifest.ts";
import { contentsOf } from "../../tools/package/contents.ts";
import type { HelpPage } from "../../tools/package/help.ts";
import { PRODUCTS } from "../../tools/package/product.ts";
import { listFiles, ROOT } from "../../tools/source_files.ts";

export interface Installed {
  /** With a leading slash: files, their folders, and what our own files name. */
  has(path: string): boolean;
  readonly units: ReadonlySet<string>;
}

const MANIFEST: ReleaseManifest = {
  format: 1,
  product: "yikatong",
  version: "1.2.3",
  target: "linux-x64",
  commit: "0123456789ab",
  created: "2026-11-23T01:02:03Z",
  counter: 7,
  minGlibc: "2.27",
  runtime: "2.9.5",
  files: [],
};

export async function readInstalled(helpPages: readonly HelpPage[]): Promise<Installed> {
  const profiles = await Array.fromAsync(Deno.readDir(new URL("ffi/profiles", ROOT)));
  const files = [
    "bin/yikatong",
    "lib/runtime",
    ...profiles.map(({ name }) => `share/profiles/${name}`),
  ];
  const form = { folder: "/of-a-test", manifest: MANIFEST, files };
  const contents = await Promise.all(
    PRODUCTS.map((product) => contentsOf(product, { form, helpPages })),
  );
  const paths = new Set(contents.flat().flatMap(({ path }) => withFolders(`/${path}`)));
  const named = await namedByOurFiles();
  return {
    has: (path) => paths.has(path) || named.has(path),
    units: new Set(PRODUCTS.flatMap(({ units }) => units.map((unit) => basename(unit)))),
  };
}

function withFolders(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, at) => parts.slice(0, at + 2).join("/"));
}

/** Folders of tmpfiles, settings' examples, what scripts write: `deploy/common/` says where. */
async function namedByOurFiles(): Promise<ReadonlySet<string>> {
  const texts = await Promise.all(
    (await listFiles("deploy/common/")).map((path) => Deno.readTextFile(new URL(path, ROOT))),
  );
  return new Set(
    texts.flatMap((text) => pathsIn(text.replaceAll("$root", ""))).flatMap(withFolders),
  );
}

/** Of places that are ours; a path ends where a sentence goes on. */
export function pathsIn(text: string): string[] {
  const found = text.match(
    /(?<![\w.)}])\/(?:etc|usr|var|run|lib|opt)\/(?!tmp\/)[\w./@+~-]*yikatong[\w./@+~-]*/g,
  );
  return (found ?? []).map((path) => path.replace(/[/.]+$/, ""));
}
