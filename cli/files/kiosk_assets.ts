import { ownFile, RELEASE } from "../../server/platform/release.ts";
import type { KioskAssets } from "../../terminal/pages.ts";
import { readScreenAssets } from "./screen_assets.ts";

/** The patients' screens: of the folder that the configuration names, or of this release. */
export async function kioskAssets(folder?: string): Promise<KioskAssets> {
  if (folder !== undefined) return await readScreenAssets({ folder, setting: "ui_dir" });
  if (RELEASE.form === "source") {
    return await (await import("../../tools/build_kiosk.ts")).buildKiosk();
  }
  return await readScreenAssets({ folder: ownFile("share/kiosk"), setting: null });
}
