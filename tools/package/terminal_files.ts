import type { OwnFile } from "./own_file.ts";
import { EXECUTABLE } from "./tree.ts";

const PROGRAMS = "usr/lib/yikatong-terminal";
const SETUP = "usr/share/yikatong-terminal/kiosk";

/** What starts the terminal, and the devices it may open. */
export const PROGRAM_FILES: readonly OwnFile[] = [
  { path: `${PROGRAMS}/select-release`, from: "select-release", mode: EXECUTABLE },
  {
    path: "lib/udev/rules.d/60-yikatong-terminal.rules",
    from: "udev/60-yikatong-terminal.rules",
  },
];

/** What `yikatong-kiosk-setup` puts in place when a machine becomes a kiosk. */
const SET_UP_FILES = [
  "autostart.desktop",
  "browser-policy.json",
  "lightdm.conf",
  "logind.conf",
  "polkit.pkla",
  "polkit.rules",
  "sysctl.conf",
  "usb-storage.conf",
  "usb-storage.rules",
  "xorg.conf",
  "xsession.desktop",
];

/** The session of one browser. */
export const KIOSK_FILES: readonly OwnFile[] = [
  { path: "etc/yikatong/kiosk.toml", from: "kiosk/kiosk.toml", isConfig: true },
  { path: `${PROGRAMS}/kiosk-session`, from: "kiosk/kiosk-session", mode: EXECUTABLE },
  { path: "usr/sbin/yikatong-kiosk-setup", from: "kiosk/yikatong-kiosk-setup", mode: EXECUTABLE },
  { path: "usr/lib/sysusers.d/yikatong-kiosk.conf", from: "kiosk/yikatong-kiosk.conf" },
  ...SET_UP_FILES.map((name) => ({ path: `${SETUP}/${name}`, from: `kiosk/files/${name}` })),
];
