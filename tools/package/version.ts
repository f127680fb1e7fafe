import type { ReleaseManifest } from "../../server/platform/release/manifest.ts";

export type Target = ReleaseManifest["target"];

interface Architecture {
  readonly deb: string;
  readonly rpm: string;
}

export const ARCHITECTURES: Readonly<Record<Target, Architecture>> = {
  "linux-x64": { deb: "amd64", rpm: "x86_64" },
  "linux-arm64": { deb: "arm64", rpm: "aarch64" },
};

/** Both package managers sort `~` before the end: a pre-release comes before its release. */
export function packageVersion(version: string): string {
  const written = version.replaceAll("-", "~");
  if (!/^\d[0-9A-Za-z.+~]*$/.test(written)) {
    throw new Error(`Cannot package version "${version}", expected one like 1.2.3 or 1.2.3-rc1`);
  }
  return written;
}

/** MAJOR.MINOR.PATCH.BUILD in digits only, which is all that UOS takes; BUILD is the counter. */
export function uosVersion({ version, counter }: ReleaseManifest): string {
  const numbers = /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1);
  if (!numbers) throw new Error(`Cannot package version "${version}" for UOS, expected 1.2.3`);
  return [...numbers, counter].join(".");
}
