import { buildDeb } from "./deb.ts";
import { deployPath, readDeploy } from "./deploy_files.ts";
import { fillIn } from "./fill_in.ts";
import type { BundledForm } from "./form.ts";
import { type Entry, EXECUTABLE, PLAIN } from "./tree.ts";
import { ARCHITECTURES, uosVersion } from "./version.ts";

/** Reversed domain in lower case; the package, its desktop file and its folder are called so. */
export const UOS_APPID = "cn.yikatong.kiosk";

const NAME = "一卡通自助服务的界面";

/**
 * For UOS' own store, which allows neither services nor users nor scripts: only what opens the
 * screens of the `yikatong-terminal` that is installed beside it.
 */
export async function buildUosDeb(
  { form: { manifest }, maintainer }: { readonly form: BundledForm; readonly maintainer: string },
  out: string,
): Promise<string> {
  const version = uosVersion(manifest);
  const { deb: architecture } = ARCHITECTURES[manifest.target];
  return await buildDeb({
    fileName: `${UOS_APPID}_${version}_${architecture}.deb`,
    entries: await uosEntries(version, architecture),
    control: [
      `Package: ${UOS_APPID}`,
      `Version: ${version}`,
      `Architecture: ${architecture}`,
      `Maintainer: ${maintainer}`,
      "Section: misc",
      "Priority: optional",
      "Depends: yikatong-terminal",
      "Description: screens of the Yikatong self-service terminal",
      " 全屏打开本机一卡通终端程序的界面。",
      " 设备、服务和数据都在 yikatong-terminal 软件包里。",
    ],
    controlFiles: {},
    at: new Date(manifest.created),
  }, out);
}

async function uosEntries(version: string, architecture: string): Promise<Entry[]> {
  const base = `opt/apps/${UOS_APPID}`;
  const desktop = fillIn(await readDeploy("uos/kiosk.desktop"), { APPID: UOS_APPID });
  const about = { appid: UOS_APPID, name: NAME, version, arch: [architecture] };
  const info = JSON.stringify({ ...about, permissions: PERMISSIONS }, null, 2);
  return [
    text(`${base}/entries/applications/${UOS_APPID}.desktop`, desktop),
    file(`${base}/entries/icons/hicolor/scalable/apps/${UOS_APPID}.svg`, "uos/icon.svg", PLAIN),
    file(`${base}/files/bin/yikatong-kiosk`, "uos/yikatong-kiosk", EXECUTABLE),
    text(`${base}/files/doc/copyright`, await readDeploy("common/copyright")),
    text(`${base}/info`, `${info}\n`),
  ];
}

/** It opens a page of this machine, and that is all. */
const PERMISSIONS = {
  autostart: false,
  notification: false,
  trayicon: false,
  clipboard: false,
  account: false,
  bluetooth: false,
  camera: false,
  audio_record: false,
  installed_apps: false,
};

function text(path: string, content: string): Entry {
  return { kind: "file", path, mode: PLAIN, content: { text: content } };
}

function file(path: string, from: string, mode: number): Entry {
  return { kind: "file", path, mode, content: { file: deployPath(from) } };
}
