import { z } from "zod";
import type { PinPadAlgorithm, PinPadMacMethod } from "../../ffi/pin_pad/contract.ts";
import type { SlotKey } from "../../ffi/pin_pad/pad_protocol.ts";
import type { PadKeys } from "../card_payment.ts";

const SLOTS = 16;
const slot = z.number().int().min(0).max(SLOTS - 1);

/**
 * Which of the pad's slots hold which keys, as the people in the secure room wrote it down: no pad
 * tells the purpose of its keys. Numbers of slots only; nothing of a key stands in a file.
 */
export const padRegister = z.strictObject({
  algorithm: z.enum(["tdes", "sm4"]),
  /** 16 or 24 with 3DES. */
  key_bytes: z.union([z.literal(16), z.literal(24)]).default(16),
  master: slot,
  pin: slot,
  mac: slot,
}).refine(({ master, pin, mac }) => new Set([master, pin, mac]).size === 3, {
  message: "expected three different slots",
}).refine(({ algorithm, key_bytes }) => key_bytes === 16 || algorithm === "tdes", {
  message: "a key of 24 bytes is one of 3DES",
});

export type PadRegister = z.infer<typeof padRegister>;

/** Of a pad about which the kiosk's file says nothing; the algorithm is its master's. */
export const DEFAULT_SLOTS = { key_bytes: 16, master: 0, pin: 1, mac: 2 } as const;

/** As the driver wants it. */
export function slotsOf(register: PadRegister | undefined): readonly SlotKey[] {
  if (!register) return [];
  const { algorithm, key_bytes: keyBytes, master, pin, mac } = register;
  return [
    { slot: master, algorithm, purpose: "key_encryption", under: null, keyBytes },
    { slot: pin, algorithm, purpose: "pin", under: master, keyBytes },
    { slot: mac, algorithm, purpose: "mac", under: master, keyBytes: 16 },
  ];
}

/** As payments by card want it. */
export function padKeysOf({ algorithm, pin, mac }: PadRegister): PadKeys {
  return {
    pin: { slot: pin, algorithm },
    mac: { slot: mac, method: macMethodOf(algorithm) },
  };
}

/** `padMacMethod` of the platform, in the words of the pad. */
function macMethodOf(algorithm: PinPadAlgorithm): PinPadMacMethod {
  return algorithm === "sm4" ? "sm4_cbc" : "x9_19";
}
