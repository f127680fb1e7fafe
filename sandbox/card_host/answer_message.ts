import { computeMac } from "../../crypto/mac.ts";
import type { CardMessage, FieldValue } from "../../server/gateways/card_host/wire/field_table.ts";
import type { HostProfile } from "../../server/gateways/card_host/wire/host_profile.ts";
import { CardMessageError } from "../../server/gateways/card_host/wire/message_error.ts";
import { packMessage } from "../../server/gateways/card_host/wire/pack_message.ts";
import { unpackMessage } from "../../server/gateways/card_host/wire/unpack_message.ts";
import type { Clock } from "../../server/platform/clock.ts";
import type { Faults } from "../faults.ts";
import type { CardStore, WorkKeyRow } from "./card_store.ts";
import { bookCall, callOf, codeFields, type HostCall } from "./host_calls.ts";
import { handOutKeys, keysOfMessage } from "./host_keys.ts";

export interface CardHost {
  readonly store: CardStore;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly profile: HostProfile;
  /** The line's master key, which both sides have. */
  readonly master: Uint8Array;
}

/** A message that was worked on: which call it was, and the answer in bytes. */
export interface Worked {
  readonly call: HostCall;
  readonly answer: Uint8Array;
}

/** Null for what no host could answer. */
export function readRequest(
  { profile }: CardHost,
  bytes: Uint8Array,
): { readonly call: HostCall; readonly message: CardMessage } | null {
  try {
    const message = unpackMessage(profile.table, bytes);
    const call = callOf(message);
    return call && { call, message };
  } catch (thrown) {
    if (thrown instanceof CardMessageError) return null;
    throw thrown;
  }
}

export function work(
  host: CardHost,
  { call, message }: { readonly call: HostCall; readonly message: CardMessage },
  bytes: Uint8Array,
): Worked {
  const { store, faults, profile, master } = host;
  if (call === "sign_in" || call === "echo") {
    const refused = faults.take("card_host", call, "refuse") !== null;
    const keys: [number, FieldValue][] = call === "sign_in" && !refused
      ? [[62, handOutKeys(store, profile, master)]]
      : [];
    const fields = [...codeFields(host, refused ? "96" : "00"), ...keys];
    return { call, answer: packMessage(profile.table, answerTo(message, fields)) };
  }
  const keys = keysOfMessage(store, profile, bytes);
  if (!keys) {
    const answer = answerTo(message, codeFields(host, "A0"));
    return { call, answer: packMessage(profile.table, answer) };
  }
  const fields = faults.take("card_host", call, "refuse")
    ? codeFields(host, "05")
    : store.transaction(() => bookCall(host, profile, { call, message, keys }));
  return { call, answer: signed(host, { call, keys }, answerTo(message, fields)) };
}

/** What a host sends back as it came. */
const ECHOED = [2, 3, 4, 11, 25, 41, 42, 49, 60];

function answerTo(message: CardMessage, fields: Iterable<readonly [number, FieldValue]>) {
  const type = message.type.slice(0, 2) + (Number(message.type.charAt(2)) + 1) + "0";
  const echoed = [...message.fields].filter(([field]) => ECHOED.includes(field));
  return { type, fields: new Map<number, FieldValue>([...echoed, ...fields]) };
}

function signed(
  { faults, profile }: CardHost,
  { call, keys }: { readonly call: HostCall; readonly keys: WorkKeyRow },
  answer: CardMessage,
): Uint8Array {
  const { mac, table } = profile;
  const off = faults.take("card_host", call, "wrong_amount");
  const fields = new Map([...answer.fields, [mac.field, new Uint8Array(mac.bytes)] as const]);
  if (off) {
    const amount = Math.max(0, Number(fields.get(4) ?? 0) + off.byFen);
    fields.set(4, String(amount).padStart(12, "0"));
  }
  const bytes = packMessage(table, { ...answer, fields });
  const front = bytes.subarray(0, bytes.length - mac.bytes);
  bytes.set(computeMac(mac.method, keys.mac_key, front).subarray(0, mac.bytes), front.length);
  if (faults.take("card_host", call, "wrong_mac")) bytes[front.length] = (bytes.at(-8) ?? 0) ^ 1;
  return bytes;
}
