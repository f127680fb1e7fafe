import * as esbuild from "esbuild";
import { ownFile } from "../server/platform/release.ts";

/** A built file as it is served (`KioskAssets` in terminal/pages.ts). */
export interface BuiltFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Domestic browsers are that old (issue 2); newer CSS is refused by each build_test.ts. */
const OLDEST_BROWSER = "chrome80";

const ROOT = ownFile(".");

const TYPE_OF_EXTENSION: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
};

export interface Bundling {
  /** Of the screens, under the project's root: `kiosk-ui/`. */
  readonly folder: string;
  /** Name of the built file → entry inside the folder. */
  readonly entries: Readonly<Record<string, string>>;
  /** `[name]` when absent; `[name]-[hash]` changes with the content. */
  readonly fileNames?: string;
  /** Package → what is bundled in its place. */
  readonly instead?: Readonly<Record<string, string>>;
  readonly plugins?: readonly esbuild.Plugin[];
}

/** By path from the served root: `/kiosk.js`. Who is done with bundling calls `esbuild.stop()`. */
export async function bundleScreens(bundling: Bundling): Promise<Map<string, BuiltFile>> {
  const { folder, entries, fileNames = "[name]", instead = {}, plugins = [] } = bundling;
  const result = await esbuild.build({
    entryPoints: Object.entries(entries).map(([out, path]) => ({
      in: `${ROOT}${folder}${path}`,
      out,
    })),
    outdir: "/",
    entryNames: fileNames,
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: OLDEST_BROWSER,
    charset: "utf8",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    logLevel: "silent",
    absWorkingDir: ROOT,
    alias: { ...instead },
    plugins: [...plugins],
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return new Map(
    result.outputFiles.map(({ path, contents }) => [path, {
      type: typeOf(path),
      bytes: new Uint8Array(contents),
    }]),
  );
}

function typeOf(path: string): string {
  const extension = path.slice(path.lastIndexOf(".") + 1);
  return TYPE_OF_EXTENSION[extension] ?? "application/octet-stream";
}
