import { RELEASE } from "../../server/platform/release.ts";
import type { Target } from "../build/targets.ts";

export interface BundlePlace {
  readonly dist: string;
  readonly target: Target;
}

export function releaseFolder({ dist, target }: BundlePlace): string {
  return `${dist}/yikatong-${RELEASE.version}-${target}`;
}

export function bundleFolder({ dist, target }: BundlePlace): string {
  return `${dist}/yikatong-offline-${RELEASE.version}-${target}`;
}
