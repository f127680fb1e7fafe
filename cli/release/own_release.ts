import {
  checkOwnRelease,
  mayServe,
  type OwnCheck,
  type OwnReleaseOptions,
} from "../../server/platform/release/own_release.ts";
import type { ReleaseSettings } from "../../server/platform/release/settings.ts";
import { troubleLines } from "../../server/platform/release/trouble_text.ts";
import {
  logRelease,
  type ReleaseWatch,
  watchRelease,
  type WatchReleaseDeps,
} from "../../server/platform/release/watch_release.ts";
import type { Log } from "../../server/platform/log.ts";
import { pauseFor } from "../../server/platform/pause.ts";
import { ownFile, RELEASE } from "../../server/platform/release.ts";
import { complain, type ExitCode } from "../command.ts";
import { openFileEngine } from "./file_engine.ts";

/** What the units do not restart: only a person can make these files good. */
const RELEASE_REFUSED: ExitCode = 3;

export interface OwnRelease {
  readonly found: OwnCheck;
  /** Looks at everything while the program serves, then daily. */
  watch(record: WatchReleaseDeps["record"]): ReleaseWatch;
}

/**
 * The program's own text against its signed manifest, before a key or the database is opened. Null
 * where there is none: from source, and of a compiled program, which is one file of its package.
 */
export async function checkAtStart(
  settings: ReleaseSettings,
  log: Log,
): Promise<OwnRelease | null> {
  if (RELEASE.form !== "bundled") {
    log.info("Release not verified", { form: RELEASE.form });
    return null;
  }
  const found = await check(settings, { extent: "program" });
  if (!mayServe(found)) logRelease(log, found);
  const { verification } = found;
  return {
    found,
    watch: (record) =>
      watchRelease({
        verification,
        check: (signal) => check(settings, { extent: "all", signal }),
        record,
        log,
        pause: pauseFor,
      }),
  };
}

async function check(
  settings: ReleaseSettings,
  how: Pick<OwnReleaseOptions, "extent" | "signal">,
): Promise<OwnCheck> {
  using engine = openFileEngine();
  const newDigest = () => engine.sm3Stream();
  return await checkOwnRelease({ ...how, folder: ownFile(""), settings, newDigest });
}

/** How a program ends that is told to stop, or whose files turn out to be others. */
export async function endOf(
  stopped: Promise<void>,
  watch: ReleaseWatch | undefined,
): Promise<ExitCode> {
  const ways = [stopped.then((): ExitCode => 0)];
  if (watch) ways.push(watch.refused.then(() => RELEASE_REFUSED));
  return await Promise.race(ways);
}

/** Why nothing is served, on the screen of whoever started it. */
export function tellRefused({ troubles }: OwnCheck): ExitCode {
  for (const line of troubles.flatMap(troubleLines)) complain(line);
  complain(
    "程序文件与签名的发布清单不符，没有启动。重新安装原来的软件包；确认要带着告警启动时，" +
      '设置 release.verification = "warn"',
  );
  return RELEASE_REFUSED;
}
