import type { Kysely } from "kysely";
import type { SmProvider } from "../../crypto/provider.ts";
import { sm4Decrypt } from "../../crypto/sm4.ts";
import type { CommandOptions } from "../../ffi/contract.ts";
import type { LoadKeyRequest, PinPad } from "../../ffi/pin_pad/contract.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import type { AuditWriter } from "../../server/modules/audit/record_events.ts";
import {
  confirmWorkKeys,
  createPadMaster,
  issueWorkKeys,
} from "../../server/modules/fleet/pad_keys/issue_pad_keys.ts";
import type { Clock } from "../../server/platform/clock.ts";
import type { Tables } from "../../server/schema.ts";
import type { PadKeys } from "../../terminal/card_payment.ts";
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

/** Where the simulated pad has its keys. */
export const DEV_PAD_KEYS: PadKeys = {
  pin: { slot: 1, algorithm: "sm4" },
  mac: { slot: 2, method: "sm4_cbc" },
};

const MASTER_SLOT = 0;
const LOAD_MS_MAX = 5_000;

/**
 * The ceremony of the secure room at a simulated pad: a master of its own under the transport key,
 * then PIN and MAC keys under the master. At every start, because a simulated pad forgets its keys.
 */
export async function loadPad(
  deps: LoadPadDeps,
  { pad, terminalId }: { readonly pad: PinPad; readonly terminalId: string },
): Promise<void> {
  const transportKey = await deps.provider.findKey(PAD_TRANSPORT_KEY);
  if (!transportKey) throw new StartError("演示密钥里没有密码键盘的传输密钥");
  const asked = { terminalId, actor: shellActor("yikatong dev") };
  const master = await createPadMaster(deps, {
    ...asked,
    algorithm: "sm4",
    to: { transportKey },
  });
  const transport = developmentPadTransport(deps.secretHex);
  const key = sm4Decrypt({ mode: "ecb", key: transport, padding: "none" }, master.wrapped);
  const { checkValue } = master;
  await load(pad, { slot: MASTER_SLOT, purpose: "key_encryption", under: null, key, checkValue });
  const work = await issueWorkKeys(deps, asked);
  for (const purpose of ["pin", "mac"] as const) {
    const { wrapped, checkValue } = work[purpose];
    const { slot } = DEV_PAD_KEYS[purpose];
    await load(pad, { slot, purpose, under: MASTER_SLOT, key: wrapped, checkValue });
  }
  await confirmWorkKeys(deps, { ...asked, version: work.version });
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
