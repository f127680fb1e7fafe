import { builtinModules } from "node:module";
import * as esbuild from "esbuild";
import type { Built } from "../../server/platform/built.ts";
import { reasonOf } from "../../server/platform/errors.ts";
import { ROOT } from "../source_files.ts";
import { BuildError } from "./build_error.ts";

export interface Bundling {
  /** From the project's root: `main.ts`. */
  readonly entry: string;
  /** Absolute path of the script. */
  readonly outfile: string;
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
 * One script of an entry and all it imports, which needs no package, no cache and no network. The
 * same sources give the same bytes, and no path of the machine that builds is in them. Names stay,
 * so that what fails can be found. Whoever is done with bundling calls `esbuild.stop()`.
 */
export async function bundleProgram({ entry, outfile, built }: Bundling): Promise<string[]> {
  const root = ROOT.pathname;
  const { metafile } = await bundled({
    entryPoints: [entry],
    outfile,
    absWorkingDir: root,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "es2024",
    conditions: ["deno"],
    mainFields: ["module", "main"],
    minifyWhitespace: true,
    minifySyntax: true,
    // Kept in memory as it is: with one letter beyond, all of it would take twice the room.
    charset: "ascii",
    // The licences' texts are in share/licences.
    legalComments: "none",
    jsx: "automatic",
    jsxImportSource: "preact",
    banner: { js: REQUIRE },
    logLevel: "silent",
    metafile: true,
    plugins: [decidedAtBuild(built), NODE_MODULES],
  });
  return Object.keys(metafile.inputs).sort();
}

/** Throws BuildError with the places of what does not fit together. */
async function bundled(
  options: esbuild.BuildOptions & { readonly metafile: true },
): Promise<esbuild.BuildResult<{ metafile: true }>> {
  try {
    return await esbuild.build(options);
  } catch (thrown) {
    throw new BuildError(`Cannot bundle: ${reasonOf(thrown)}`, { cause: thrown });
  }
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
