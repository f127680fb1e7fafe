import { basename } from "node:path";

/** An unpacked package of UOS' layout, as its store would look at it. */
export interface UosPackage {
  /** Of the file. */
  readonly fileName: string;
  /** Field → value of `control`. */
  readonly control: Readonly<Record<string, string>>;
  /** Names in the control archive. */
  readonly controlFiles: readonly string[];
  /** Paths of files and links from the root, without the leading slash. */
  readonly paths: readonly string[];
  /** `/opt/apps/<appid>/info`; null when it is absent. */
  readonly info: string | null;
  /** Texts of `entries/applications/*.desktop` by path. */
  readonly desktopFiles: Readonly<Record<string, string>>;
}

const APPID = /^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*){2,}$/;
const VERSION = /^\d+\.\d+\.\d+\.\d+$/;
const FIELDS = [
  "Package",
  "Version",
  "Section",
  "Priority",
  "Architecture",
  "Maintainer",
  "Description",
  "Depends",
];
const SCRIPTS = ["preinst", "postinst", "prerm", "postrm", "config", "triggers"];
const ENTRIES = ["applications", "icons", "mime", "plugins", "services", "autostart"];
const FILES = ["bin", "lib", "doc"];
const ARCHITECTURES = ["amd64", "arm64", "mips64", "sw_64"];

/** What of UOS' rules for packages of its store this one breaks; none is good. */
export function uosFaults(found: UosPackage): string[] {
  return [
    ...controlFaults(found),
    ...placeFaults(found),
    ...infoFaults(found),
    ...desktopFaults(found),
  ];
}

function controlFaults({ fileName, control, controlFiles }: UosPackage): string[] {
  const { Package: appid = "", Version = "", Architecture = "" } = control;
  return [
    ...FIELDS.filter((field) => !control[field]?.trim()).map((field) => `control: no ${field}`),
    ...fault(!APPID.test(appid), `Package "${appid}" is no reversed domain in lower case`),
    ...fault(!VERSION.test(Version), `Version "${Version}" is not four numbers`),
    ...fault(
      fileName !== `${appid}_${Version}_${Architecture}.deb`,
      `the file "${fileName}" is not named by Package, Version and Architecture`,
    ),
    ...controlFiles.filter((name) => SCRIPTS.includes(name))
      .map((name) => `${name}: scripts that change the system are forbidden`),
  ];
}

function placeFaults({ control, paths }: UosPackage): string[] {
  const base = `opt/apps/${control.Package}/`;
  return paths.filter((path) => !isAllowed(path, base))
    .map((path) => `/${path}: not in a folder that UOS knows under /${base}`);
}

function isAllowed(path: string, base: string): boolean {
  if (!path.startsWith(base)) return false;
  const [top = "", folder = "", ...rest] = path.slice(base.length).split("/");
  if (top === "info") return folder === "";
  if (rest.length === 0) return false;
  return (top === "entries" && ENTRIES.includes(folder)) ||
    (top === "files" && FILES.includes(folder));
}

function infoFaults({ control, info }: UosPackage): string[] {
  if (info === null) return ["info: missing"];
  const read = parseObject(info);
  if (!read) return ["info: no JSON object"];
  const { appid, name, version, arch, permissions } = read;
  return [
    ...fault(appid !== control.Package, "info: appid is not Package"),
    ...fault(typeof name !== "string" || name === "", "info: no name"),
    ...fault(version !== control.Version, "info: version is not Version"),
    ...fault(!isArchitectureList(arch, control.Architecture), "info: arch is not Architecture"),
    ...fault(!isPermissionTable(permissions), "info: permissions is no table of true and false"),
  ];
}

function desktopFaults({ control, desktopFiles }: UosPackage): string[] {
  const { Package: appid = "" } = control;
  const entries = Object.entries(desktopFiles);
  return [
    ...fault(entries.length === 0, "no desktop file"),
    ...entries.flatMap(([path, text]) => [
      ...fault(basename(path) !== `${appid}.desktop`, `/${path}: not named by Package`),
      ...fault(
        !new RegExp(`^Exec=/opt/apps/${RegExp.escape(appid)}/files/`, "m").test(text),
        `/${path}: Exec is not in the package's files`,
      ),
      ...fault(
        !new RegExp(`^Icon=${RegExp.escape(appid)}$`, "m").test(text),
        `/${path}: Icon is not named by Package`,
      ),
    ]),
  ];
}

function isArchitectureList(value: unknown, architecture: string | undefined): boolean {
  return Array.isArray(value) && value.includes(architecture) &&
    value.every((one) => ARCHITECTURES.includes(one));
}

function isPermissionTable(value: unknown): boolean {
  return typeof value === "object" && value !== null &&
    Object.values(value).every((allowed) => typeof allowed === "boolean");
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null ? { ...read } : null;
  } catch {
    return null;
  }
}

function fault(isBroken: boolean, text: string): string[] {
  return isBroken ? [text] : [];
}
