import type { PinPad } from "../../ffi/pin_pad/contract.ts";
import type { PadKeysReply, PadKeysState } from "../../server/modules/fleet/contract.ts";
import type { PadKeys } from "../card_payment.ts";
import { DEFAULT_SLOTS, padKeysOf, type PadRegister } from "../devices/pad_register.ts";
import type { KeepNote } from "../device_notes.ts";
import type { JournalPad, KeptPadKeys } from "../journal_pad.ts";
import { confirmPadKeys, fetchPadKeys } from "../platform_calls.ts";
import type { PlatformClient } from "../platform_client.ts";
import { nextPadKeyStep } from "./next_step.ts";
import type { PadKeyTrouble } from "./pad_key_trouble.ts";
import { askHeld, checkMaster, loadWorkKeys, type PadAsked, recall } from "./pad_talk.ts";

export interface SettleDeps {
  readonly pinPad: PinPad;
  /** As the kiosk's file says; without it the usual slots, and the master's algorithm. */
  readonly register: PadRegister | null;
  readonly client: Pick<PlatformClient, "call">;
  readonly memory: Pick<JournalPad, "keep" | "find" | "forget">;
  readonly note: KeepNote;
}

export type PadKeyEnd =
  | { readonly kind: "ready"; readonly keys: PadKeys; readonly version: number }
  | { readonly kind: "missing"; readonly trouble: PadKeyTrouble };

/**
 * Brings pad and platform to the same work keys, or says why it cannot. Every step is on disk before
 * the next one begins, so that it goes on wherever the terminal lost power.
 */
export async function settlePadKeys(
  deps: SettleDeps,
  told: PadKeysState | null,
  signal: AbortSignal,
): Promise<PadKeyEnd> {
  const { pinPad, memory } = deps;
  const { device, tamper } = await pinPad.status();
  if (tamper === "tampered") {
    memory.forget();
    return missing("tampered");
  }
  if (device !== "online") return missing("pad_offline");
  const kept = memory.find();
  const algorithm = told?.master?.algorithm ?? kept?.algorithm ?? null;
  if (algorithm === null) return missing(told === null ? "platform_silent" : "no_master");
  const register = deps.register ?? { ...DEFAULT_SLOTS, algorithm };
  if (register.algorithm !== algorithm) return missing("wrong_algorithm");
  const asked: PadAsked = { pinPad, register, signal };
  recall(asked);
  const held = kept && kept.progress !== "loading" ? await askHeld(asked, kept) : "unknown";
  const step = nextPadKeyStep({ kept, told, held });
  switch (step.kind) {
    case "wait":
      return missing(step.trouble);
    case "use":
      return kept ? ready(register, kept) : missing("starting");
    case "confirm":
      return kept ? await confirm(deps, asked, kept) : missing("starting");
    case "fetch":
      return told?.master ? await renew(deps, asked, told.master) : missing("no_master");
  }
}

async function renew(
  deps: SettleDeps,
  asked: PadAsked,
  master: NonNullable<PadKeysState["master"]>,
): Promise<PadKeyEnd> {
  const wrong = await checkMaster(asked, master);
  if (wrong) return missing(wrong);
  const answer = await deps.client.call(fetchPadKeys());
  if (answer.kind === "no_answer") return missing("platform_silent");
  if (answer.kind === "problem") {
    return missing(
      answer.problem.code === "fleet.no_pad_master" ? "no_master" : "platform_refused",
    );
  }
  const issued = answer.value;
  if (issued.algorithm !== asked.register.algorithm) return missing("wrong_algorithm");
  const kept = keptOf(issued);
  deps.memory.keep({ ...kept, progress: "loading" });
  const failed = await loadWorkKeys(asked, issued);
  if (failed) {
    const fields = { word: failed.word, version: kept.version };
    deps.note({ kind: "pad_keys.trouble", severity: "warning", fields });
    return missing(failed.trouble);
  }
  deps.memory.keep({ ...kept, progress: "loaded" });
  return await confirm(deps, asked, kept);
}

async function confirm(
  { client, memory }: SettleDeps,
  { register }: PadAsked,
  kept: KeptPadKeys,
): Promise<PadKeyEnd> {
  const answer = await client.call(confirmPadKeys(kept.version));
  if (answer.kind === "no_answer") return missing("platform_silent");
  if (answer.kind === "problem") {
    // These keys will never count: the next time others are fetched.
    if (answer.problem.code === "fleet.unknown_pad_keys") memory.forget();
    return missing("platform_refused");
  }
  memory.keep({ ...kept, progress: "ready" });
  return ready(register, kept);
}

function keptOf({ version, algorithm, pin, mac }: PadKeysReply): KeptPadKeys {
  const checks = { pinCheck: pin.checkValue, macCheck: mac.checkValue };
  return { version, algorithm, progress: "loading", ...checks };
}

function ready(register: PadRegister, { version }: KeptPadKeys): PadKeyEnd {
  return { kind: "ready", keys: padKeysOf(register), version };
}

function missing(trouble: PadKeyTrouble): PadKeyEnd {
  return { kind: "missing", trouble };
}
