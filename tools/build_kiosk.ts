import * as esbuild from "esbuild";
import { type BuiltFile, bundleScreens } from "./bundle_screens.ts";

const SCREENS = new URL("../kiosk-ui/", import.meta.url);

const ENTRIES: Readonly<Record<string, string>> = {
  kiosk: "main.tsx",
  dock: "dock/main.tsx",
};

const STYLES: Readonly<Record<string, string>> = {
  kiosk: "design/kiosk.css",
  dock: "dock/dock.css",
};

/** The patients' screens by path: `/index.html`, `/kiosk.js`, `/kiosk.css` and the dev dock's. */
export async function buildKiosk(): Promise<Map<string, BuiltFile>> {
  const index: BuiltFile = {
    type: "text/html; charset=utf-8",
    bytes: await Deno.readFile(new URL("index.html", SCREENS)),
  };
  try {
    const built = [...await bundle(ENTRIES), ...await bundle(STYLES)];
    return new Map([["/index.html", index], ...built]);
  } finally {
    // Otherwise esbuild's child process would keep this one alive.
    await esbuild.stop();
  }
}

/** Also used to look at single entries: the preview of all screens in kiosk-ui/preview. */
export function bundle(
  entries: Readonly<Record<string, string>>,
): Promise<Map<string, BuiltFile>> {
  return bundleScreens({ folder: "kiosk-ui/", entries });
}
