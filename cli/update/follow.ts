import { reasonOf } from "../../server/platform/errors.ts";
import type { UpdateRequest } from "../../terminal/releases/requests.ts";
import {
  linkedVersion,
  type Probation,
  readProbation,
  RELEASE_NAMES,
  STARTS_MAX,
} from "../../terminal/releases/layout.ts";
import { removeDurably } from "../../terminal/releases/durable.ts";
import { StartError } from "../command.ts";
import { noteMissed } from "./changes.ts";
import { commit } from "./commit.ts";
import { nowSeconds, type UpdateDeps } from "./deps.ts";
import { isTerminalRunning } from "./drain.ts";
import type { KysecDeps } from "./kysec.ts";
import { dropRequest, readRequest } from "./requests.ts";
import { noteResult, type UpdateResult } from "./result.ts";
import { rollback } from "./rollback.ts";
import { startsOf } from "./status.ts";
import { askRestart, switchTo } from "./switch.ts";
import { decline, refuse } from "./take.ts";

const LOOK_WAIT_MS = 2_000;
/** A release that ended for good is not started again by systemd: nobody waits for the deadline. */
const GONE_SECONDS_MAX = 180;

export interface FollowLimits {
  readonly probationSeconds: number;
  readonly drainSeconds: number;
}

/**
 * Last step of the unit: does what is asked, and stays while a release is on probation, so that
 * one which hangs without a word is left too. Begun again after a power cut it goes on from there.
 */
export async function follow(deps: UpdateDeps & KysecDeps, limits: FollowLimits): Promise<void> {
  const never = new AbortController().signal;
  let seenSeconds = nowSeconds(deps);
  while (true) {
    const found = await readRequest(deps);
    if (found.kind === "malformed") {
      await refuse(deps, { id: null, version: "", text: "更新请求读不懂，已丢弃" });
    } else if (found.kind === "request") await act(deps, found.request, limits);
    const probation = await readProbation(deps.releases);
    if (!probation) {
      await settle(deps);
      return;
    }
    if (await isTerminalRunning(deps.requests)) seenSeconds = nowSeconds(deps);
    await endFailed(deps, probation, { goneSeconds: nowSeconds(deps) - seenSeconds });
    await deps.pause(LOOK_WAIT_MS, never);
  }
}

async function act(
  deps: UpdateDeps & KysecDeps,
  request: UpdateRequest,
  limits: FollowLimits,
): Promise<void> {
  const { id, version } = request;
  try {
    await noteResult(deps, { id, version, ...await perform(deps, request, limits) });
    await dropRequest(deps);
  } catch (thrown) {
    if (!(thrown instanceof StartError)) throw thrown;
    const refused = { id, version, text: reasonOf(thrown) };
    await (request.act === "install" ? decline : refuse)(deps, refused);
  }
}

async function perform(
  deps: UpdateDeps & KysecDeps,
  request: UpdateRequest,
  limits: FollowLimits,
): Promise<Pick<UpdateResult, "outcome" | "text">> {
  const { version } = request;
  switch (request.act) {
    case "install": {
      const outcome = await switchTo(deps, { version, permit: null, again: false, ...limits });
      return { outcome, text: `已切换到版本 ${version}，试用中` };
    }
    case "commit":
      return { outcome: await commit(deps, version), text: `版本 ${version} 已确认` };
    case "rollback": {
      const { kind, now } = await rollback(deps, request);
      if (kind === "left") await askRestart(deps);
      return { outcome: kind, text: leftText(version, now) };
    }
  }
}

async function endFailed(
  deps: UpdateDeps,
  probation: Probation,
  { goneSeconds }: { readonly goneSeconds: number },
): Promise<void> {
  const { releases } = deps;
  const { version, untilSeconds } = probation;
  if (await linkedVersion(releases, "current") !== version) {
    // A switch that was cut short, and whoever asked for it asks again; or a way back that was.
    await noteMissed(deps, { did: "left", version, reason: "退回时被中断" });
    await removeDurably(`${releases}/${RELEASE_NAMES.probation}`);
    return;
  }
  const wasLeft = await startsOf(deps, probation) > STARTS_MAX;
  const isGone = goneSeconds > GONE_SECONDS_MAX;
  const isLate = nowSeconds(deps) > untilSeconds;
  if (!wasLeft && !isGone && !isLate) return;
  const reason = wasLeft ? "启动两次都没有确认" : isGone ? "没有运行起来" : "在限期内没有确认";
  const { now } = await rollback(deps, { version, reason });
  // Where select-release left it the right one runs already.
  if (!wasLeft) await askRestart(deps);
  const text = `版本 ${version} ${reason}：${leftText(version, now)}`;
  await noteResult(deps, { id: null, outcome: "left", version, text });
}

/**
 * Nothing is on trial. What was committed is told, also where the updater was killed before it did;
 * a probation that cannot be read would never end, and select-release starts nothing under it.
 */
async function settle(deps: UpdateDeps): Promise<void> {
  const path = `${deps.releases}/${RELEASE_NAMES.probation}`;
  const version = await linkedVersion(deps.releases, "current");
  if (!await Deno.lstat(path).catch(() => null)) {
    if (version !== null) await noteMissed(deps, { did: "committed", version });
    return;
  }
  if (version !== null) {
    const { now } = await rollback(deps, { version, reason: "试用记录损坏" });
    await askRestart(deps);
    const text = `试用记录损坏：${leftText(version, now)}`;
    await noteResult(deps, { id: null, outcome: "left", version, text });
  }
  await removeDurably(path);
}

export function leftText(version: string, now: string | null): string {
  return `已离开版本 ${version}，改用${now === null ? "安装包自带的版本" : `版本 ${now}`}`;
}
