import { StartError } from "../command.ts";
import type { ReleaseManifest } from "../../server/platform/release/manifest.ts";
import type { UpdateDeps } from "./deps.ts";

/** A release for another processor or a newer system would only fail later, on probation. */
export function requireFit(
  machine: UpdateDeps["machine"],
  { version, target, minGlibc }: ReleaseManifest,
): void {
  if (target !== machine.target) {
    throw new StartError(`版本 ${version} 是 ${target} 的，本机是 ${machine.target}：请取对应的包`);
  }
  if (isBefore(machine.glibc, minGlibc)) {
    throw new StartError(
      `版本 ${version} 要 glibc ${minGlibc} 以上，本机是 ${machine.glibc}：先升级操作系统`,
    );
  }
}

export function targetOf(arch: typeof Deno.build.arch): string {
  return `linux-${arch === "aarch64" ? "arm64" : "x64"}`;
}

/** As glibc tells its version: "2.28". An unknown one is not held against the machine. */
export function isBefore(version: string, wanted: string): boolean {
  const [major = NaN, minor = NaN] = version.split(".").map(Number);
  const [wantedMajor = NaN, wantedMinor = NaN] = wanted.split(".").map(Number);
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}
