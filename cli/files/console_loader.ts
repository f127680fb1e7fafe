import type { Config } from "../../server/platform/config.ts";
import type { ConsoleAssets, LoadConsole } from "../../server/console_pages.ts";
import { readScreenAssets } from "./screen_assets.ts";

/**
 * The console out of its folder; from source it is built when it is first looked at. Undefined for
 * a compiled program without a folder: then no console is served.
 */
export async function consoleLoader(
  { console_dir }: Pick<Config, "console_dir">,
): Promise<LoadConsole | undefined> {
  if (console_dir !== undefined) {
    const assets = await readScreenAssets({ folder: console_dir, setting: "console_dir" });
    return () => Promise.resolve(assets);
  }
  return Deno.build.standalone ? undefined : builtOnce();
}

/** A build that failed is tried again with the next request. */
function builtOnce(): LoadConsole {
  let building: Promise<ConsoleAssets> | null = null;
  return () => {
    building ??= build().catch((thrown) => {
      building = null;
      throw thrown;
    });
    return building;
  };
}

async function build(): Promise<ConsoleAssets> {
  return await (await import("../../tools/build_console.ts")).buildConsole();
}
