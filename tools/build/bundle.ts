import { builtinModules } from "node:module";
import { dirname } from "node:path";
import * as esbuild from "esbuild";
import type { Built } from "../../server/platform/built.ts";
import { reasonOf } from "../../server/platform/errors.ts";
import { ownFile } from "../../server/platform/release.ts";
import { BuildError } from "./build_error.ts";

export interface Bundling {
  /** From the project's root: `main.ts`. */
  readonly entry: string;
  /** Where the scripts come to lie, absolute. */
  readonly folder: string;
  /** Of the script that is run: `app` for `app.js`. */
  readonly name: string;
  readonly built: Built;
}

/** They build screens from source; a release has the built ones in `share/`. */
const ONLY_FROM_SOURCE = /\/tools\/build_(console|kiosk)\.ts$/;
const BUILT_FILE = /\/server\/platform\/built\.ts$/;
/** Packages written for Node ask for its modules by `require`, which a module does not have. */
const REQUIRE = [
  'import { createRequire as createRequireOfRelease } from "node:module";',
  "const require = createRequireOfRelease(import.meta.url);",
].join(" ");

/**
 * An entry and all it imports as scripts that need no package, no cache and no network; what only
 * some commands load is in scripts of its own beside the first. The same sources give the same
 * bytes, and no path of the machine that builds is in them. Names stay, so that what fails can be
 * found. Returns the sources. Whoever is done with bundling calls `esbuild.stop()`.
 */
export async function bundleProgram(
  { entry, folder, name, built }: Bundling,
): Promise<string[]> {
  const { metafile, outputFiles } = await bundled({
    entryPoints: { [name]: `${FIRST}:${entry}` },
    outdir: folder,
    absWorkingDir: ownFile("."),
    bundle: true,
    splitting: true,
    chunkNames: `${name}-[hash]`,
    write: false,
    format: "esm",
    platform: "node",
    target: "es2024",
    conditions: ["deno"],
    mainFields: ["module", "main"],
    minifyWhitespace: true,
    minifySyntax: true,
    charset: "ascii",
    // The licences' texts are in share/licences.
    legalComments: "none",
    jsx: "automatic",
    jsxImportSource: "preact",
    banner: { js: REQUIRE },
    logLevel: "silent",
    metafile: true,
    plugins: [beginning(entry), decidedAtBuild(built), ENGLISH_ALONE, NODE_MODULES],
  });
  const finish = built.form === "bundled"
    ? (text: string) => readWhenWanted(inAscii(text))
    : inAscii;
  for (const { path, text } of outputFiles) await Deno.writeTextFile(path, finish(text));
  return Object.keys(metafile.inputs).sort();
}

/** Throws BuildError with the places of what does not fit together. */
async function bundled(
  options: esbuild.BuildOptions & { readonly metafile: true; readonly write: false },
): Promise<esbuild.BuildResult<{ metafile: true; write: false }>> {
  try {
    return await esbuild.build(options);
  } catch (thrown) {
    throw new BuildError(`Cannot bundle: ${reasonOf(thrown)}`, { cause: thrown });
  }
}

const BEYOND_ASCII = /[^\0-\x7f]/g;
/** Whose escapes would be read as they stand. */
const RAW_TEXT = /\bString\.raw`[^`]*[^\0-\x7f]/;

/**
 * A script with one letter beyond ASCII takes twice the room in memory, all of it. What esbuild
 * leaves are regular expressions and templates with a function before them, which both know escapes.
 */
export function inAscii(script: string): string {
  if (RAW_TEXT.test(script)) throw new BuildError("Cannot escape String.raw: expected ASCII in it");
  return script.replaceAll(
    BEYOND_ASCII,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * What stands in `import()` as it is would be read at every start with all behind it, wanted or not;
 * a compiled program has to find it so.
 */
export function readWhenWanted(script: string): string {
  return script.replaceAll(/\bimport\(("\.\/[^"]+")\)/g, "import(String($1))");
}

function decidedAtBuild(built: Built): esbuild.Plugin {
  return {
    name: "decided-at-build",
    setup(build) {
      build.onLoad({ filter: BUILT_FILE }, () => ({
        contents: `export const BUILT = ${JSON.stringify(built)};`,
      }));
      build.onLoad({ filter: ONLY_FROM_SOURCE }, () => ({ contents: "export {};" }));
    },
  };
}

const FIRST = "first";
/** Gives zod's schemas their `openapi()`. */
const EXTENDS_ZOD = "@hono/zod-openapi";

/**
 * What changes other modules when it is loaded comes before all: of a module that only hands on
 * another's exports esbuild forgets between scripts that it does something itself.
 */
function beginning(entry: string): esbuild.Plugin {
  return {
    name: "beginning",
    setup(build) {
      build.onResolve(
        { filter: new RegExp(`^${FIRST}:`) },
        () => ({ path: entry, namespace: FIRST }),
      );
      build.onLoad({ filter: /^/, namespace: FIRST }, () => ({
        contents: `import "${EXTENDS_ZOD}";\nimport "./${entry}";\n`,
        resolveDir: ownFile("."),
      }));
    },
  };
}

/** zod says what is wrong in 50 languages, which is half of it; what people read is our own. */
const ENGLISH_ALONE: esbuild.Plugin = {
  name: "english-alone",
  setup(build) {
    build.onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, ({ path }) => ({
      contents: 'export { default as en } from "./en.js";',
      resolveDir: dirname(path),
    }));
  },
};

/** Without a prefix the runtime would look for a package of that name. */
const NODE_MODULES: esbuild.Plugin = {
  name: "node-modules",
  setup(build) {
    build.onResolve(
      { filter: /^[a-z_]+(\/[a-z_]+)?$/ },
      ({ path }) => builtinModules.includes(path) ? { path: `node:${path}`, external: true } : null,
    );
  },
};
