import type { Kysely } from "kysely";
import type { SmProvider } from "../../crypto/provider.ts";
import { sm4Decrypt } from "../../crypto/sm4.ts";
import type { CommandOptions } from "../../ffi/contract.ts";
import type { LoadKeyRequest, PinPad } from "../../ffi/pin_pad/contract.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import type { AuditWriter } from "../../server/modules/audit/record_events.ts";
import { createPadMaster } from "../../server/modules/fleet/pad_keys/issue_pad_keys.ts";
import type { Clock } from "../../server/platform/clock.ts";
import type { Tables } from "../../server/schema.ts";
import { DEFAULT_SLOTS } from "../../terminal/devices/pad_register.ts";
import { StartError } from "../command.ts";
import { developmentPadTransport, PAD_TRANSPORT_KEY } from "./development_keys.ts";

export interface LoadPadDeps {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly provider: SmProvider;
  readonly audit: AuditWriter;
  /** The developer's secret, out of which the transport key is made. */
  readonly secretHex: string;
}

const MASTER_SLOT = DEFAULT_SLOTS.master;
const LOAD_MS_MAX = 5_000;

/**
 * The ceremony of the secure room at a simulated pad: a master of its own under the transport key.
 * At every start, because a simulated pad forgets its keys; PIN and MAC keys the terminal gets by
 * itself, as a real one.
 */
export async function loadPadMaster(
  deps: LoadPadDeps,
  { pad, terminalId }: { readonly pad: PinPad; readonly terminalId: string },
): Promise<void> {
  const transportKey = await deps.provider.findKey(PAD_TRANSPORT_KEY);
  if (!transportKey) throw new StartError("演示密钥里没有密码键盘的传输密钥");
  const master = await createPadMaster(deps, {
    terminalId,
    actor: shellActor("yikatong dev"),
    algorithm: "sm4",
    to: { transportKey },
  });
  const transport = developmentPadTransport(deps.secretHex);
  const key = sm4Decrypt({ mode: "ecb", key: transport, padding: "none" }, master.wrapped);
  const { checkValue } = master;
  await load(pad, { slot: MASTER_SLOT, purpose: "key_encryption", under: null, key, checkValue });
}

async function load(pad: PinPad, request: Omit<LoadKeyRequest, "algorithm">): Promise<void> {
  const options: CommandOptions = {
    signal: new AbortController().signal,
    timeoutMs: LOAD_MS_MAX,
  };
  const loaded = await pad.loadKey({ ...request, algorithm: "sm4" }, options);
  if (loaded.kind === "done") return;
  throw new StartError(`密码键盘没有收下密钥：${request.purpose}，${loaded.reason}`);
}
