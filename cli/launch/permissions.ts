import { DEFAULT_KEYS_PATH } from "../../server/platform/release/settings.ts";
import { ownNotifyPath } from "../../server/platform/service_notify.ts";
import { addressesIn } from "./addresses.ts";
import { type Grants, NOTHING, together } from "./grants.ts";
import { namedOn, pathsIn } from "./own_paths.ts";

/** All that decides what a command may do. */
export interface LaunchFacts {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Of the release: `bin/`, `lib/` and `share/` are in it. */
  readonly root: string;
  /** What the platform's and the terminal's configuration say, not yet checked; empty where there is none. */
  readonly platform: Tree;
  readonly terminal: Tree;
  /** The configuration files themselves. */
  readonly configFiles: readonly string[];
  /** Profiles of vendor libraries: of a terminal's devices, or the one that `device-host` is given. */
  readonly profiles: readonly VendorFiles[];
  /** Of a demo. */
  readonly databaseUrl: string | undefined;
  /** systemd's: its socket, and the folder for our end of it. */
  readonly manager: { readonly socket: string; readonly folder: string } | null;
  readonly ownAddresses: readonly string[];
  /** glibc and libcrypto, where systems keep them. */
  readonly systemLibraries: readonly string[];
}

export type Tree = Readonly<Record<string, unknown>>;

export interface VendorFiles {
  readonly path: string;
  /** The library and what is loaded before it. */
  readonly libraries: readonly string[];
  /** What is copied to where it works. */
  readonly workFiles: readonly string[];
}

type Need = (facts: LaunchFacts) => Partial<Grants>;

/** What every command does: say something, find and check its own files, open libraries of cryptography. */
const always: Need = ({ root, configFiles, systemLibraries }) => ({
  read: [root, ...configFiles, DEFAULT_KEYS_PATH, "/etc/os-release", "/usr/lib/os-release"],
  ffi: systemLibraries,
  sys: ["hostname", "osRelease", "uid"],
  env: ["YIKATONG_*", "DATABASE_URL", "NOTIFY_SOCKET", "RUNTIME_DIRECTORY", "WATCHDOG_*"],
});

/** The platform's database, keys and folders, as its configuration names them. */
const platform: Need = ({ platform: tree, databaseUrl, cwd }) => {
  const { data_dir = "data", crypto, audit, backup } = tree;
  const written = [valueAt(audit, "anchor_file"), valueAt(backup, "folder")].filter(isText);
  const library = valueAt(crypto, "library");
  return {
    read: [...pathsIn(tree), under(cwd, data_dir)],
    write: [under(cwd, data_dir), ...written],
    net: addressesIn({ databaseUrl, database: tree.database, backup }),
    ...(isText(library) && { ffi: [library] }),
  };
};

/** HIS, insurance, banks and the others. */
const parties: Need = ({ platform: tree }) => ({ net: addressesIn(tree) });

/** What the machine tells of its clock; evidence packs have it. */
const MACHINE_FILES = ["/run/systemd/timesync", "/var/lib/chrony", "/var/lib/ntp"];

const listens: Need = ({ platform: { host = "127.0.0.1", port = 8700 } }) => ({
  net: [`${host}:${port}`],
  read: MACHINE_FILES,
});

/** sd_notify(3). */
const service: Need = ({ manager }) =>
  manager === null ? {} : {
    read: [manager.socket, manager.folder],
    write: [manager.socket, manager.folder],
    net: [`unix:${manager.socket}`, `unix:${ownNotifyPath(manager)}`],
  };

/** Where a vendor library works, in memory; and where other programs look whether a port is taken. */
const WORK_FOLDERS = ["/run/yikatong-terminal", "/run/user", "/run/lock"];

/** A terminal: its devices, its journal, its keys. */
const cabinet: Need = (facts) => {
  const { terminal: tree, profiles, root, cwd } = facts;
  const { data_dir = "/var/lib/yikatong-terminal", port = 8701 } = tree;
  const folders = [under(cwd, data_dir), ...WORK_FOLDERS];
  const library = valueAt(tree.crypto, "library");
  return {
    read: [
      ...pathsIn(tree),
      ...folders,
      "/etc/machine-id",
      ...profiles.flatMap(({ path, workFiles }) => [path, ...workFiles]),
    ],
    write: folders,
    net: [`127.0.0.1:${port}`, ...addressesIn(tree)],
    sys: ["networkInterfaces", "statfs"],
    ...(profiles.length > 0 && { run: [`${root}/bin/yikatong`] }),
    // Ports tell what went wrong in the C library's memory, which is looked into only with all.
    ffi: Object.keys(Object(tree.devices)).length > 0 ? "all" : [library].filter(isText),
  };
};

/** The child that one vendor library lives in. */
const vendorHost: Need = ({ profiles, cwd }) => ({
  read: [cwd, ...profiles.flatMap((one) => [one.path, ...one.libraries, ...one.workFiles])],
  write: [cwd],
  // It looks into what a maker's library returns; such a library may do what the process may.
  ffi: "all",
});

/** The browser of a kiosk finds its screen by what the session tells. */
const screen: Need = () => ({ env: "all" });

/** Files that the operator names, and whoever stands beside them. */
const files: Need = ({ args, cwd }) => {
  const named = namedOn(args, cwd);
  return { read: named, write: named, sys: ["statfs"] };
};

/** Programs of the database or of the system, found where it keeps them; run by an administrator. */
const programs: Need = () => ({ run: "all", read: "all", write: "all" });

/** The scratch server's socket lies in a folder of a name that nobody knows before. */
const ownSocket: Need = () => ({ net: "all" });

/** Making a link takes all of reading and writing, since it may lead anywhere; the unit has walls. */
const updater: Need = () => ({
  read: "all",
  write: "all",
  run: ["tar", "xz", "getconf", "getstatus", "kysec_get", "kysec_set"],
});

/** What a machine says of itself before anything is installed; /proc opens for `cat` alone. */
const machine: Need = ({ args, platform: tree, terminal }) => ({
  read: ["/var/lib", "/usr/bin", "/usr/local/bin", "/bin", optionOf(args, "root")].filter(isText),
  run: ["cat", "getconf", "getstatus", "systemctl", "timedatectl", "chronyc"],
  // Names are asked for without a port.
  net: addressesIn({ tree, terminal }).map((address) => address.replace(/:\d+$/, "")),
});

/** A terminal's releases, side by side. */
const releases: Need = () => ({
  read: ["/var/lib/yikatong-terminal", "/usr/lib/yikatong"],
  write: ["/var/lib/yikatong-terminal"],
});

/** Everything on this machine plays with itself; addresses of the network are for phones in the room. */
const demo: Need = ({ args, cwd, ownAddresses, databaseUrl }) => {
  const host = optionOf(args, "host") ?? "127.0.0.1";
  const data = under(cwd, optionOf(args, "data") ?? "data");
  const outward = host === "0.0.0.0" ? ownAddresses : [];
  return {
    read: [data],
    write: [data],
    net: ["127.0.0.1", "localhost", host, ...outward, ...addressesIn({ databaseUrl })],
    sys: ["networkInterfaces", "statfs"],
  };
};

/** Simulated ports are ptys below /dev, which are only for programs that may do everything. */
const simulatedPorts: Need = ({ args }) => optionOf(args, "devices") === "hardware" ? ALL : {};

const ALL: Grants = {
  read: "all",
  write: "all",
  net: "all",
  ffi: "all",
  run: "all",
  sys: "all",
  env: "all",
  import: "all",
};

/** Every subcommand of `cli/commands.ts`, with what it is for. */
export const NEEDS: Readonly<Record<string, readonly Need[]>> = {
  dev: [demo, simulatedPorts],
  serve: [platform, parties, listens, service],
  sandbox: [demo],
  terminal: [cabinet, service],
  kiosk: [cabinet, screen, programs],
  migrate: [platform],
  holds: [platform],
  orders: [platform, parties],
  ledger: [platform, files],
  admin: [platform, files],
  audit: [platform, files, listens],
  backup: [platform, files, programs],
  restore: [platform, files, programs, ownSocket],
  retire: [cabinet, files, programs],
  key: [platform, cabinet, files],
  sm: [files],
  release: [files, releases],
  update: [files, releases, updater],
  doctor: [platform, parties, cabinet, files, listens, machine],
  "device-host": [vendorHost],
  "check-config": [platform],
};

/** Nothing but what is needed to say so, for a command that does not exist. */
export function grantsFor(facts: LaunchFacts): Grants {
  const needs = Object.hasOwn(NEEDS, facts.command) ? NEEDS[facts.command] ?? [] : [];
  return together([NOTHING, always(facts), ...needs.map((need) => need(facts))]);
}

/** The value of an option, as `--name value` or `--name=value`. */
export function optionOf(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(`--${name}`);
  if (at >= 0) return args[at + 1];
  const joined = args.find((arg) => arg.startsWith(`--${name}=`));
  return joined?.slice(name.length + 3);
}

function valueAt(table: unknown, name: string): unknown {
  return typeof table === "object" && table !== null
    ? Object.entries(table).find(([key]) => key === name)?.[1]
    : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function under(cwd: string, path: unknown): string {
  return String(path).startsWith("/") ? String(path) : `${cwd}/${path}`;
}
