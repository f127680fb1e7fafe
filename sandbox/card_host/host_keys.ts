import { concatBytes, equalBytes, randomBytes } from "../../crypto/bytes.ts";
import { desEncrypt } from "../../crypto/des.ts";
import { keyCheckValue } from "../../crypto/key_check.ts";
import { computeMac } from "../../crypto/mac.ts";
import { sm4Encrypt } from "../../crypto/sm4.ts";
import type { HostProfile } from "../../server/gateways/card_host/wire/host_profile.ts";
import type { CardStore, WorkKeyRow } from "./card_store.ts";

const KEY_BYTES = 16;

/** New work keys, in the form of field 62: each under the master, with the front of its check value. */
export function handOutKeys(
  store: CardStore,
  { algorithm, workKeys }: HostProfile,
  master: Uint8Array,
): Uint8Array {
  const made = { pin: randomBytes(KEY_BYTES), mac: randomBytes(KEY_BYTES) };
  store.addKeys({ pin_key: made.pin, mac_key: made.mac });
  return concatBytes(...workKeys.flatMap(({ purpose, checkBytes }) => {
    const key = purpose === "pin" ? made.pin : made.mac;
    const wrapped = algorithm === "sm4"
      ? sm4Encrypt({ mode: "ecb", key: master, padding: "none" }, key)
      : desEncrypt({ mode: "ecb", key: master }, key);
    return [wrapped, keyCheckValue(algorithm, key).subarray(0, checkBytes)];
  }));
}

/** The keys a message was made with; null when its MAC is nobody's. */
export function keysOfMessage(
  store: CardStore,
  { mac }: HostProfile,
  bytes: Uint8Array,
): WorkKeyRow | null {
  const end = bytes.length - mac.bytes;
  if (end <= 0) return null;
  const found = bytes.subarray(end);
  return store.usableKeys().find(({ mac_key }) =>
    equalBytes(
      computeMac(mac.method, mac_key, bytes.subarray(0, end)).subarray(0, mac.bytes),
      found,
    )
  ) ?? null;
}
