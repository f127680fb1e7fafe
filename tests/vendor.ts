/** Simulated vendor libraries in a host process of their own, as a kiosk runs them. */
import type { VendorLibrary } from "../ffi/vendor/contract.ts";
import { type HostedLibraryOptions, openHostedLibrary } from "../ffi/vendor/hosted_library.ts";
import {
  buildVendorLibraries,
  type Machine,
  type VendorLibraryPaths,
} from "../sandbox/devices/vendor/build.ts";
import { type VendorScript, writeVendorScript } from "../sandbox/devices/vendor/script.ts";
import { ROOT } from "../tools/source_files.ts";
import { RUN_FLAGS } from "./cli.ts";

export interface VendorBench extends AsyncDisposable {
  readonly folder: string;
  readonly libraries: VendorLibraryPaths;
}

/** Compiles once for a file of tests; null where there is no compiler. */
export async function openVendorBench(
  target: Machine = Deno.build.arch,
): Promise<VendorBench | null> {
  const folder = await Deno.makeTempDir({ prefix: "yikatong-vendor-" });
  const libraries = await buildVendorLibraries({ target, folder });
  if (!libraries) {
    await Deno.remove(folder);
    return null;
  }
  return {
    folder,
    libraries,
    async [Symbol.asyncDispose]() {
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Where Deno keeps what it has fetched; a host is told nothing else of our environment. */
const CACHE = ["DENO_DIR", "XDG_CACHE_HOME", "HOME"].flatMap((name) => {
  const value = Deno.env.get(name);
  return value === undefined ? [] : [`${name}=${value}`];
});

export const HOST_COMMAND: readonly string[] = [
  "/usr/bin/env",
  ...CACHE,
  Deno.execPath(),
  "run",
  ...RUN_FLAGS,
  new URL("main.ts", ROOT).pathname,
  "device-host",
];

export interface VendorRig extends AsyncDisposable {
  readonly library: VendorLibrary;
  readonly workFolder: string;
  readonly profilePath: string;
  /** What happened to the host process, as the device's log has it. */
  readonly troubles: readonly string[];
  /** `up` and `down`, in order. */
  readonly events: readonly string[];
  script(answers: VendorScript["answers"]): Promise<void>;
  /** Symbols in the order in which they were called. */
  calls(): Promise<string[]>;
  /** Resolves when the library is loaded, at once when it is. */
  up(): Promise<void>;
  /** Resolves at the n-th trouble. */
  trouble(n: number): Promise<void>;
}

export interface RigOptions extends Partial<HostedLibraryOptions> {
  /** The profile but for name, encoding, environment and heartbeat. */
  readonly profile: string;
  readonly answers?: VendorScript["answers"];
  readonly heartbeatMs?: number;
}

export async function openVendorRig(options: RigOptions): Promise<VendorRig> {
  const folder = await Deno.makeTempDir({ prefix: "yikatong-vendor-rig-" });
  const profilePath = `${folder}/profile.toml`;
  const script = `${folder}/script.txt`;
  const log = `${folder}/log.txt`;
  await Deno.writeTextFile(profilePath, profileText(options, script));
  await writeVendorScript(script, { answers: options.answers ?? {}, log });
  const workFolder = `${folder}/work`;
  const troubles: string[] = [];
  const events: string[] = [];
  const library = await openHostedLibrary({
    command: HOST_COMMAND,
    profilePath,
    workFolder,
    backOffMs: [0],
    ...options,
    onTrouble: (story) => void troubles.push(story),
  });
  library.subscribe((event) => void events.push(event));
  return {
    library,
    workFolder,
    profilePath,
    troubles,
    events,
    script: (answers) => writeVendorScript(script, { answers, log }),
    async calls() {
      const text = await Deno.readTextFile(log).catch(() => "");
      return text.split("\n").slice(0, -1);
    },
    up: () => until(() => library.condition === "online"),
    trouble: (n) => until(() => troubles.length >= n),
    async [Symbol.asyncDispose]() {
      await library[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** TOML wants what belongs to no table first. */
function profileText({ profile, heartbeatMs = 1_000 }: RigOptions, script: string): string {
  return [
    `name = "simulated"`,
    `encoding = "gb18030"`,
    `heartbeatMs = ${heartbeatMs}`,
    `environment = { YIKATONG_VENDOR_SCRIPT = "${script}" }`,
    profile,
  ].join("\n");
}

const LOOK_EVERY_MS = 10;
const WAIT_MS_MAX = 30_000;

/** Throws when it does not come true in time. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + WAIT_MS_MAX;
  while (!await condition()) {
    if (performance.now() > end) throw new Error("Cannot wait longer: it does not come true");
    await new Promise((resume) => setTimeout(resume, LOOK_EVERY_MS));
  }
}
