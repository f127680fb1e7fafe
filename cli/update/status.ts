import { RELEASE } from "../../server/platform/release.ts";
import {
  linkedVersion,
  type Probation,
  readCount,
  readProbation,
  readWords,
  REQUEST_NAMES,
  VERSION_PATTERN,
} from "../../terminal/releases/layout.ts";
import { StartError } from "../command.ts";
import { committedCounter, packagedCounter } from "./counters.ts";
import type { UpdateDeps } from "./deps.ts";
import { readRejected, type Rejected } from "./rejected.ts";

export interface UpdateStatus {
  /** The program that answers. */
  readonly running: string;
  /** Null: the packaged one. */
  readonly current: string | null;
  readonly previous: string | null;
  readonly staged: readonly string[];
  readonly probation: (Probation & { readonly starts: number }) | null;
  readonly counter: number;
  readonly packagedCounter: number;
  readonly rejected: readonly Rejected[];
}

type StatusDeps = Pick<UpdateDeps, "releases" | "requests" | "packaged">;

export async function readStatus(deps: StatusDeps): Promise<UpdateStatus> {
  const { releases } = deps;
  const current = await linkedVersion(releases, "current");
  const previous = await linkedVersion(releases, "previous");
  const probation = await readProbation(releases);
  return {
    running: RELEASE.version,
    current,
    previous,
    staged: (await versionsIn(releases)).filter((version) =>
      version !== current && version !== previous
    ),
    probation: probation && { ...probation, starts: await startsOf(deps, probation) },
    counter: await committedCounter(deps),
    packagedCounter: await packagedCounter(deps),
    rejected: await readRejected(releases),
  };
}

async function versionsIn(releases: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(releases)).catch((thrown) => {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
    throw new StartError(`没有版本目录 "${releases}"：这台机器没有装终端程序`, { cause: thrown });
  });
  return entries.filter(({ name, isDirectory }) => isDirectory && VERSION_PATTERN.test(name))
    .map(({ name }) => name).sort();
}

/** As select-release counted them: of this probation only. */
export async function startsOf(
  { requests }: Pick<UpdateDeps, "requests">,
  { version, untilSeconds }: Probation,
): Promise<number> {
  const [counted, until, starts] = await readWords(`${requests}/${REQUEST_NAMES.starts}`) ?? [];
  return counted === version && readCount(until) === untilSeconds ? readCount(starts) ?? 0 : 0;
}

export function statusLines(status: UpdateStatus): string[] {
  const { current, previous, staged, probation, rejected } = status;
  return [
    `当前：${current ?? "安装包自带的版本"}${probation?.version === current ? "（试用中）" : ""}`,
    `上一个：${previous ?? "安装包自带的版本"}`,
    ...(probation
      ? [
        `试用：版本 ${probation.version}，已启动 ${probation.starts} 次，限期 ` +
        new Date(probation.untilSeconds * 1_000).toISOString(),
      ]
      : []),
    `已暂存：${staged.join("、") || "无"}`,
    `发布序号：确认过的 ${status.counter}，安装包 ${status.packagedCounter}`,
    ...rejected.map(({ version, reason, at }) => `退回过：版本 ${version}，${reason}（${at}）`),
  ];
}
