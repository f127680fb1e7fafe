import { freeBytes } from "../../../terminal/heartbeat.ts";
import { tellOf } from "./system_facts.ts";

/** What a machine says of itself; empty or null where it says nothing. */
export interface MachineFacts {
  /** Of `/etc/os-release`. */
  readonly os: Readonly<Record<string, string>>;
  readonly arch: typeof Deno.build.arch;
  /** Of the first processor in `/proc/cpuinfo`, by the names there. */
  readonly cpu: Readonly<Record<string, string>>;
  readonly pageSize: string | null;
  readonly glibc: string;
  readonly kernel: string;
  readonly systemd: string | null;
  /** What KySec's `getstatus` says; null where there is no KySec. */
  readonly kysec: string | null;
  /** What the services of time say; null where none does. */
  readonly isTimeSynced: boolean | null;
  readonly memoryBytes: number;
  readonly freeBytes: number;
}

export interface FactSources {
  /** "/"; of another one only files are read. */
  readonly root: string;
  readonly arch: typeof Deno.build.arch;
  /** Null where there is no such file. */
  readonly read: (path: string) => Promise<string | null>;
  /** What a program prints; null where there is none. */
  readonly tell: (program: string, args: readonly string[]) => Promise<string | null>;
  readonly free: (folder: string) => Promise<number>;
}

export const THIS_MACHINE: FactSources = {
  root: "/",
  arch: Deno.build.arch,
  // The runtime itself opens nothing below /proc, but for programs that may do everything.
  read: (path) => tellOf("cat", [path]),
  tell: tellOf,
  free: freeBytes,
};

const DATA_FOLDER = "var/lib";
const BYTES_PER_KIB = 1_024;

export async function gatherMachine(sources: FactSources): Promise<MachineFacts> {
  const { root, arch, tell, free } = sources;
  const read = async (path: string) => await sources.read(`${root}/${path}`) ?? "";
  const osRelease = await read("etc/os-release") || await read("usr/lib/os-release");
  const memory = /^MemTotal:\s+(\d+) kB/m.exec(await read("proc/meminfo"))?.[1] ?? "0";
  const libc = await tell("getconf", ["GNU_LIBC_VERSION"]) ?? "";
  const systemd = await tell("systemctl", ["--version"]) ?? "";
  return {
    os: assignments(osRelease),
    arch,
    cpu: firstProcessor(await read("proc/cpuinfo")),
    pageSize: await tell("getconf", ["PAGESIZE"]),
    glibc: /^glibc (\d+\.\d+)/.exec(libc)?.[1] ?? "",
    kernel: (await read("proc/sys/kernel/osrelease")).trim(),
    systemd: /^systemd (\d+)/.exec(systemd)?.[1] ?? null,
    kysec: await tell("getstatus", []),
    isTimeSynced: await timeSynced(tell),
    memoryBytes: Number(memory) * BYTES_PER_KIB,
    freeBytes: await free(`${root}/${DATA_FOLDER}`).catch(() => 0),
  };
}

/** `NAME="value"`, as a shell would read it. */
function assignments(text: string): Record<string, string> {
  const lines = text.split("\n").flatMap((line) => {
    const [, name, quoted, plain = ""] =
      /^([A-Z0-9_]+)=(?:"((?:[^"\\]|\\.)*)"|'?([^']*)'?)$/.exec(line.trim()) ?? [];
    return name === undefined ? [] : [[name, quoted?.replace(/\\(.)/g, "$1") ?? plain] as const];
  });
  return Object.fromEntries(lines);
}

function firstProcessor(text: string): Record<string, string> {
  const [first = ""] = text.split(/\n\s*\n/);
  const lines = first.split("\n").map((line) => line.split(/\s*:\s*/));
  return Object.fromEntries(lines.map(([name = "", value = ""]) => [name.trim(), value.trim()]));
}

async function timeSynced(tell: FactSources["tell"]): Promise<boolean | null> {
  const shown = await tell("timedatectl", ["show"]);
  const synced = /^NTPSynchronized=(yes|no)$/m.exec(shown ?? "")?.[1];
  if (synced === "yes") return true;
  const tracking = await tell("chronyc", ["-n", "tracking"]);
  const leap = /^Leap status\s*:\s*(.+)$/m.exec(tracking ?? "")?.[1];
  if (leap !== undefined) return leap.trim() === "Normal";
  return synced === undefined ? null : false;
}
