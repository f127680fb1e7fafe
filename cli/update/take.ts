import { reasonOf } from "../../server/platform/errors.ts";
import { StartError } from "../command.ts";
import type { UpdateDeps } from "./deps.ts";
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
    await refuse(deps, { id, version, text: reasonOf(thrown) });
  }
}

export async function refuse(
  deps: UpdateDeps,
  refused: { readonly id: string | null; readonly version: string; readonly text: string },
): Promise<void> {
  await noteResult(deps, { ...refused, outcome: "refused" });
  await dropRequest(deps);
}
