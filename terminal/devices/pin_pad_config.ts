import { z } from "zod";
import { KMY_PROFILE, type KmyProfile } from "../../ffi/pin_pad/kmy_profile.ts";
import type { PadKeys } from "../../ffi/pin_pad/key_map.ts";
import { XZ_PROFILE, type XzProfile } from "../../ffi/pin_pad/xz_profile.ts";
import { ZT598_PROFILE, type Zt598Profile } from "../../ffi/pin_pad/zt598_profile.ts";
import { padRegister } from "./pad_register.ts";
import { serial } from "./serial_config.ts";

/**
 * What of a pad's profile may stand in the kiosk's file: what differs between firmware and cannot
 * let anything out. What its display shows in place of digits is not here, and neither is
 * `isSecureRoom`: a pad takes master keys in plain where two people stand beside it in a locked
 * room, and whoever can write one file on a kiosk in a hall must not be able to say that this is one.
 */
const keypad = {
  /** By the byte that the pad sends, in two hexadecimal digits; beside the usual ones. */
  key_bytes: z.record(
    z.string().regex(/^[0-9A-Fa-f]{2}$/),
    z.enum(["digit", "enter", "cancel", "clear", "backspace", "timeout", "unused"]),
  ).optional(),
  /** What 清除 does. */
  clear: z.enum(["backspace", "clear_all"]).optional(),
  /** Without it the pad counts as empty, and no bank card is taken. */
  keys: padRegister.optional(),
};

const keyId = z.number().int().min(0).max(0xff);
const firstKeyIds = z.strictObject({ master: keyId, work: keyId });

export const pinPad = z.discriminatedUnion("driver", [
  z.strictObject({ driver: z.literal("kmy"), ...serial, ...keypad }),
  z.strictObject({
    driver: z.literal("zt598"),
    ...serial,
    ...keypad,
    first_key_ids: z.strictObject({ tdes: firstKeyIds, sm4: firstKeyIds }).optional(),
    /** How data of a DES MAC go. */
    mac_data: z.enum(["binary", "hex"]).optional(),
  }),
  z.strictObject({
    driver: z.literal("xz_f35"),
    ...serial,
    ...keypad,
    first_key_id: keyId.optional(),
    check_value_id_offset: z.number().int().min(0).max(64).optional(),
    union_pay_result: z.enum(["ascii", "binary"]).optional(),
  }),
]);

type Config<Driver> = Extract<z.infer<typeof pinPad>, { readonly driver: Driver }>;

export function kmyProfileOf(config: Config<"kmy">): KmyProfile {
  return { ...KMY_PROFILE, keys: keysOf(config, KMY_PROFILE.keys) };
}

export function zt598ProfileOf(config: Config<"zt598">): Zt598Profile {
  return {
    ...ZT598_PROFILE,
    keys: keysOf(config, ZT598_PROFILE.keys),
    firstKeyIds: config.first_key_ids ?? ZT598_PROFILE.firstKeyIds,
    macData: config.mac_data ?? ZT598_PROFILE.macData,
  };
}

export function xzProfileOf(config: Config<"xz_f35">): XzProfile {
  return {
    ...XZ_PROFILE,
    keys: keysOf(config, XZ_PROFILE.keys),
    firstKeyId: config.first_key_id ?? XZ_PROFILE.firstKeyId,
    checkValueIdOffset: config.check_value_id_offset ?? XZ_PROFILE.checkValueIdOffset,
    unionPayResult: config.union_pay_result ?? XZ_PROFILE.unionPayResult,
  };
}

function keysOf(
  { key_bytes, clear }: Pick<Config<"kmy">, "key_bytes" | "clear">,
  usual: PadKeys,
): PadKeys {
  const own = Object.entries(key_bytes ?? {}).map(([byte, key]) => [byte.toUpperCase(), key]);
  return {
    byByte: { ...usual.byByte, ...Object.fromEntries(own) },
    clear: clear ?? usual.clear,
  };
}
