import * as esbuild from "esbuild";

/** A built file as the terminal serves it (`KioskAssets` in terminal/pages.ts). */
export interface BuiltFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Domestic browsers are that old (issue 2); newer CSS is refused by kiosk-ui/build_test.ts. */
export const OLDEST_BROWSER = "chrome80";

const SCREENS = new URL("../kiosk-ui/", import.meta.url);

const ENTRIES: Readonly<Record<string, string>> = {
  kiosk: "main.tsx",
  dock: "dock/main.tsx",
};

const STYLES: Readonly<Record<string, string>> = {
  kiosk: "design/kiosk.css",
  dock: "dock/dock.css",
};

const TYPE_OF_EXTENSION: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
};

/** The patients' screens by path: `/index.html`, `/kiosk.js`, `/kiosk.css` and the dev dock's. */
export async function buildKiosk(): Promise<Map<string, BuiltFile>> {
  const files = new Map<string, BuiltFile>();
  files.set("/index.html", {
    type: "text/html; charset=utf-8",
    bytes: await Deno.readFile(new URL("index.html", SCREENS)),
  });
  try {
    for (const built of [await bundle(ENTRIES), await bundle(STYLES)]) {
      for (const [path, bytes] of built) {
        const extension = path.slice(path.lastIndexOf(".") + 1);
        files.set(path, {
          type: TYPE_OF_EXTENSION[extension] ?? "application/octet-stream",
          bytes,
        });
      }
    }
  } finally {
    // Otherwise esbuild's child process would keep this one alive.
    await esbuild.stop();
  }
  return files;
}

/** Also used to look at single entries: the preview of all screens in kiosk-ui/preview. */
export async function bundle(
  entries: Readonly<Record<string, string>>,
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const result = await esbuild.build({
    entryPoints: Object.entries(entries).map(([out, path]) => ({
      in: new URL(path, SCREENS).pathname,
      out,
    })),
    outdir: "/",
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
  });
  return new Map(result.outputFiles.map((file) => [file.path, new Uint8Array(file.contents)]));
}
