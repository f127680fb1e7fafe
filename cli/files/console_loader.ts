import type { Config } from "../../server/platform/config.ts";
import type { ConsoleAssets, LoadConsole } from "../../server/console_pages.ts";
import { ownFile, RELEASE } from "../../server/platform/release.ts";
import { readScreenAssets } from "./screen_assets.ts";

/**
 * The console out of the folder that the configuration names, or of this release; from source it is
 * built when it is first looked at.
 */
export async function consoleLoader(
  { console_dir }: Pick<Config, "console_dir">,
): Promise<LoadConsole> {
  if (console_dir === undefined && RELEASE.form === "source") return builtOnce();
  const assets = await readScreenAssets(
    console_dir === undefined
      ? { folder: ownFile("share/console"), setting: null }
      : { folder: console_dir, setting: "console_dir" },
  );
  return () => Promise.resolve(assets);
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
