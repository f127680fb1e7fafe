import pinned from "./runtime.json" with { type: "json" };

export const TARGETS = ["linux-x64", "linux-arm64"] as const;

export type Target = typeof TARGETS[number];

export interface PinnedRuntime {
  readonly package: string;
  /** Of the package, as npm's registry publishes it. */
  readonly sha512: string;
  /** The same of the program in it, which is kept between builds. */
  readonly executable: string;
}

/** The runtime that every release has in it. */
export const RUNTIME: {
  readonly version: string;
  readonly minGlibc: string;
  readonly targets: Readonly<Record<Target, PinnedRuntime>>;
} = pinned;

/** The machine that builds, where nothing else is asked for. */
export function ownTarget(): Target {
  return Deno.build.arch === "aarch64" ? "linux-arm64" : "linux-x64";
}

export function isTarget(text: string): text is Target {
  return TARGETS.some((target) => target === text);
}
