import { CryptoError } from "../../crypto/errors.ts";
import type { Engine } from "../../crypto/engine.ts";
import { openEngine as openChosen } from "../../crypto/providers/choose.ts";
import { StartError, UsageError } from "../command.ts";

export const PROVIDER_HELP =
  "  --provider <名称>       auto、native（libcrypto）或 portable（自带），默认 auto";

/** The engine `--provider` names, self-tested; `auto` takes libcrypto where it can be trusted. */
export function openEngine(name = "auto"): Engine {
  if (name !== "auto" && name !== "native" && name !== "portable") {
    throw new UsageError(`--provider "${name}" 无效：应为 auto、native 或 portable`);
  }
  try {
    return openChosen({ choice: name }).engine;
  } catch (thrown) {
    if (!(thrown instanceof CryptoError)) throw thrown;
    throw new StartError(`--provider ${name} 用不了：${thrown.message}`, { cause: thrown });
  }
}
