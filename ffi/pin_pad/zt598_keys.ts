import type { SlotKey } from "./pad_protocol.ts";
import { zt598Hex } from "./zt598_ask.ts";
import {
  ZT598_COMMAND,
  ZT598_KEY_LENGTH,
  ZT598_KEY_USE,
  ZT598_MASTER_MODE,
  type Zt598Profile,
} from "./zt598_profile.ts";

type FirstKeyIds = Zt598Profile["firstKeyIds"];

/** The pad's own number of a key, as commands carry it. */
export function zt598KeyId(first: FirstKeyIds, { slot, algorithm, purpose }: SlotKey): string {
  const { master, work } = first[algorithm];
  return idOf((purpose === "key_encryption" ? master : work) + slot);
}

/** The command that loads a key, up to the key itself. */
export function zt598LoadingHead(first: FirstKeyIds, slotKey: SlotKey): string {
  const { algorithm, purpose, keyBytes, under } = slotKey;
  const id = zt598KeyId(first, slotKey);
  const master = under === null ? null : idOf(first[algorithm].master + under);
  if (algorithm === "sm4") {
    return master === null
      ? ZT598_COMMAND.loadSm4Master + id
      : ZT598_COMMAND.loadSm4Work + master + id;
  }
  const length = ZT598_KEY_LENGTH[keyBytes];
  return master === null
    ? ZT598_COMMAND.loadMaster + id + ZT598_MASTER_MODE + length
    : ZT598_COMMAND.loadWork + master + id + ZT598_KEY_USE[purpose] + length;
}

function idOf(number: number): string {
  return zt598Hex(Uint8Array.of(number));
}
