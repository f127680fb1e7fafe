import { linkDurably, removeDurably, writeDurably } from "../../terminal/releases/durable.ts";
import {
  linkedVersion,
  readProbation,
  RELEASE_NAMES,
  VERSION_PATTERN,
} from "../../terminal/releases/layout.ts";
import { StartError, UsageError } from "../command.ts";
import { noteChange, noteMissed } from "./changes.ts";
import { type DowngradePermit, packagedCounter, requireNotOlder } from "./counters.ts";
import { nowSeconds, type UpdateDeps } from "./deps.ts";
import { claimReleases } from "./lock.ts";
import { drained } from "./drain.ts";
import { type KysecDeps, requireTagged } from "./kysec.ts";
import { isRejected } from "./rejected.ts";
import { startsOf } from "./status.ts";

export interface SwitchOptions {
  readonly version: string;
  readonly permit: DowngradePermit | null;
  /** How long the new release has to prove itself. */
  readonly probationSeconds: number;
  /** How long to wait for the last patient to go. */
  readonly drainSeconds: number;
  /** Also one that failed here before. */
  readonly again: boolean;
}

/**
 * Makes a staged release the one that starts next, on probation, while no patient is there. Killed
 * anywhere, the terminal starts either the old release or the new one. Harmless when repeated.
 */
export async function switchTo(
  deps: UpdateDeps & KysecDeps,
  options: SwitchOptions,
): Promise<"switched" | "already"> {
  using _lock = await claimReleases(deps);
  const { releases, at } = deps;
  const { version } = options;
  const current = await linkedVersion(releases, "current");
  const probation = await readProbation(releases);
  // One that names another version is of a switch that was cut short.
  const isPending = probation !== null && probation.version === current;
  if (current === version) {
    await noteMissed(deps, { did: "switched", version });
    if (!isPending || await startsOf(deps, probation) > 0) return "already";
    // Cut short before the terminal heard of it.
    await using hold = await drained(deps, options.drainSeconds);
    await askRestart(deps);
    hold.keepTillRestart();
    return "switched";
  }
  if (isPending) {
    throw new StartError(
      `版本 ${current} 还在试用：等它确认，或先执行 yikatong update rollback ${current}`,
    );
  }
  await requireReady(deps, options);
  await using hold = await drained(deps, options.drainSeconds);
  const until = nowSeconds(deps) + options.probationSeconds;
  await writeDurably(
    `${releases}/${RELEASE_NAMES.over}`,
    `${version} ${await packagedCounter(deps)}\n`,
  );
  at("over_written");
  await writeDurably(`${releases}/${RELEASE_NAMES.probation}`, `${version} ${until}\n`);
  at("probation_written");
  if (current === null) await removeDurably(`${releases}/${RELEASE_NAMES.previous}`);
  else await linkDurably(current, `${releases}/${RELEASE_NAMES.previous}`);
  at("previous_linked");
  await linkDurably(version, `${releases}/${RELEASE_NAMES.current}`);
  at("current_linked");
  await noteChange(deps, { did: "switched", version });
  await askRestart(deps);
  at("restart_asked");
  hold.keepTillRestart();
  return "switched";
}

async function requireReady(
  deps: UpdateDeps & KysecDeps,
  { version, permit, again }: SwitchOptions,
): Promise<void> {
  const { releases, verify } = deps;
  if (!VERSION_PATTERN.test(version)) throw new UsageError(`版本号 "${version}" 无效`);
  const folder = `${releases}/${version}`;
  if (!(await Deno.lstat(folder).catch(() => null))?.isDirectory) {
    throw new StartError(`版本 ${version} 没有暂存：先执行 yikatong update stage <安装包>`);
  }
  if (!again && await isRejected(releases, version)) {
    throw new StartError(`版本 ${version} 在本机试用失败过，没有切换。确实要再试，加 --again`);
  }
  const release = await verify(folder);
  if (release.version !== version) {
    throw new StartError(`目录 "${folder}" 里是版本 ${release.version}，没有切换`);
  }
  await requireNotOlder(deps, release, permit);
  await requireTagged(deps, folder, release);
}

/** Whoever may restart the terminal's unit watches this file; the updater itself may not. */
export async function askRestart({ releases, clock }: UpdateDeps): Promise<void> {
  // Written in place: that it is closed is what is seen.
  await Deno.writeTextFile(
    `${releases}/${RELEASE_NAMES.restart}`,
    `${clock.now().toISOString()}\n`,
  );
}
