import * as esbuild from "esbuild";
import { type BuiltFile, bundleScreens } from "./bundle_screens.ts";
import { lowerStyle } from "./lower_style.ts";

const INDEX = new URL("../console-ui/index.html", import.meta.url);

/** The library is written for React; `react` itself is never bundled. */
const INSTEAD: Readonly<Record<string, string>> = {
  "react": "preact/compat",
  "react-dom": "preact/compat",
  "react-dom/client": "preact/compat/client",
};

/** The console by path: `/index.html` and what it names, each with a digest in its name. */
export async function buildConsole(): Promise<Map<string, BuiltFile>> {
  try {
    const script = await bundleConsole({ console: "main.tsx" });
    const style = await bundleConsole({ console: "design/console.css" });
    return new Map([
      ["/index.html", await indexNaming([...script, ...style])],
      ...script,
      ...style,
    ]);
  } finally {
    // Otherwise esbuild's child process would keep this one alive.
    await esbuild.stop();
  }
}

/** Also used to look at single entries: the preview of all screens in console-ui/preview. */
export function bundleConsole(
  entries: Readonly<Record<string, string>>,
): Promise<Map<string, BuiltFile>> {
  return bundleScreens({
    folder: "console-ui/",
    entries,
    fileNames: "[name]-[hash]",
    instead: INSTEAD,
    plugins: [LOWERED_STYLE],
  });
}

const LOWERED_STYLE: esbuild.Plugin = {
  name: "lowered-style",
  setup(build) {
    build.onLoad({ filter: /[\\/]rsuite[\\/]dist[\\/].*\.css$/ }, async ({ path }) => ({
      contents: lowerStyle(await Deno.readTextFile(path)),
      loader: "css",
    }));
  },
};

/** The page with the built names in the places of `console.js` and `console.css`. */
export async function indexNaming(
  built: readonly (readonly [string, BuiltFile])[],
): Promise<BuiltFile> {
  let html = await Deno.readTextFile(INDEX);
  for (const [path] of built) {
    const extension = path.slice(path.lastIndexOf("."));
    html = html.replaceAll(`/console/console${extension}`, `/console${path}`);
  }
  return { type: "text/html; charset=utf-8", bytes: new TextEncoder().encode(html) };
}
