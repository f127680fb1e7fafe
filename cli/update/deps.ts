import type { Clock } from "../../server/platform/clock.ts";
import type { Pause } from "../../server/platform/pause.ts";
import type { ReleaseManifest } from "../../server/platform/release/manifest.ts";

export interface VerifyOptions {
  /** One that is about to be put here: its last day for that counts. */
  readonly isNew: boolean;
}

/** Places at which a test kills the process: after each of them something is on the disk. */
export type Step =
  | "unpacked"
  | "synced"
  | "old_moved_away"
  | "staged"
  | "over_written"
  | "probation_written"
  | "previous_linked"
  | "current_linked"
  | "restart_asked"
  | "counter_raised"
  | "probation_ended"
  | "rejected_noted"
  | "current_restored";

export interface UpdateDeps {
  /** `/var/lib/yikatong-terminal/releases` */
  readonly releases: string;
  /** `requests` beside it: what the terminal tells. */
  readonly requests: string;
  /** What the package installed: `/usr/lib/yikatong` */
  readonly packaged: string;
  /** Checks signatures and every file's digest; throws StartError for anything wrong. */
  readonly verify: (folder: string, how?: VerifyOptions) => Promise<ReleaseManifest>;
  readonly machine: { readonly target: string; readonly glibc: string };
  readonly clock: Clock;
  readonly pause: Pause;
  readonly say: (line: string) => void;
  readonly at: (step: Step) => void;
}

export function nowSeconds({ clock }: Pick<UpdateDeps, "clock">): number {
  return Math.floor(clock.now().getTime() / 1_000);
}
