import type { CommonFailure, Completion } from "../contract.ts";
import type { EnterPinFailure, PinPadFailure } from "./contract.ts";

/** Only `enterPin` listens to 取消. */
export function withoutPatient<Value>(
  completion: Completion<Value, EnterPinFailure>,
): Completion<Value, PinPadFailure> {
  if (completion.kind === "done") return completion;
  const { reason } = completion;
  return { kind: "failed", reason: reason === "patient_cancelled" ? "hardware_error" : reason };
}

/** For commands that need no key: a pad that refuses them is out of order. */
export function withoutRefusal<Value>(
  completion: Completion<Value, EnterPinFailure>,
): Completion<Value> {
  if (completion.kind === "done") return completion;
  const { reason } = completion;
  return { kind: "failed", reason: isCommon(reason) ? reason : "hardware_error" };
}

const COMMON: ReadonlySet<string> = new Set<CommonFailure>([
  "cancelled",
  "timeout",
  "offline",
  "hardware_error",
  "busy",
]);

function isCommon(reason: CommonFailure | EnterPinFailure): reason is CommonFailure {
  return COMMON.has(reason);
}
