import { CryptoError } from "../../crypto/errors.ts";
import type { Engine } from "../../crypto/engine.ts";
import { openEngine as openChosen } from "../../crypto/providers/choose.ts";
import { StartError, UsageError } from "../command.ts";

const PROVIDER_OPTION = "--provider <名称>";
/** A Chinese character takes two columns. */
const PROVIDER_OPTION_COLUMNS = 17;

/** The option's line for a help whose options take `columns` before their descriptions. */
export function providerHelp(columns: number): string {
  const gap = " ".repeat(columns - PROVIDER_OPTION_COLUMNS);
  return `  ${PROVIDER_OPTION}${gap}auto、native（libcrypto）或 portable（自带），默认 auto`;
}

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
