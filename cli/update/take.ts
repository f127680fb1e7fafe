import { reasonOf } from "../../server/platform/errors.ts";
import { StartError } from "../command.ts";
import { noteChange } from "./changes.ts";
import type { UpdateDeps } from "./deps.ts";
import { claimReleases } from "./lock.ts";
import { dropRequest, readRequest } from "./requests.ts";
import { noteResult } from "./result.ts";
import { stage } from "./stage.ts";

/** First step of the unit: what the terminal asks to install is staged. It stays asked for. */
export async function take(deps: UpdateDeps): Promise<void> {
  const found = await readRequest(deps);
  if (found.kind === "malformed") {
    await refuse(deps, { id: null, version: "", text: "更新请求读不懂，已丢弃" });
    return;
  }
  if (found.kind === "none" || found.request.act !== "install") return;
  const { id, version, archive } = found.request;
  try {
    const staged = await stage(deps, `${deps.requests}/${archive}`);
    if (staged.version !== version) {
      throw new StartError(`安装包里是版本 ${staged.version}，请求的是 ${version}`);
    }
    await noteResult(deps, { id, outcome: "staged", version, text: `版本 ${version} 已暂存` });
  } catch (thrown) {
    if (!(thrown instanceof StartError)) throw thrown;
    await decline(deps, { id, version, text: reasonOf(thrown) });
  }
}

interface Refused {
  readonly id: string | null;
  readonly version: string;
  readonly text: string;
}

/** A release that was asked for is not taken: the platform is told. */
export async function decline(deps: UpdateDeps, refused: Refused): Promise<void> {
  const { version, text } = refused;
  // Whoever holds it now is the reason that was just found.
  using _lock = await claimReleases(deps).catch(() => null);
  await noteChange(deps, { did: "declined", version, reason: text });
  await refuse(deps, refused);
}

export async function refuse(deps: UpdateDeps, refused: Refused): Promise<void> {
  await noteResult(deps, { ...refused, outcome: "refused" });
  await dropRequest(deps);
}
