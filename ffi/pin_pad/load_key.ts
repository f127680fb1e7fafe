import type { LoadKeyRequest } from "./contract.ts";
import type { PadProtocol, SlotKey } from "./pad_protocol.ts";
import type { PadTalk } from "./pad_talk.ts";
import { PadTrouble } from "./pad_trouble.ts";
import { keyBytesOf } from "./request_checks.ts";
import type { SlotBook } from "./slot_book.ts";

interface Deps {
  readonly talk: PadTalk;
  readonly protocol: PadProtocol;
  readonly book: SlotBook;
}

/**
 * Puts a key into its slot and compares its check value with what the pad shows or computes. While
 * that is not settled, and after it failed, the slot counts as empty. Throws `PadTrouble`, `not_supported`
 * for a check value that nobody can compare: such a key is wiped too.
 */
export async function loadKey(deps: Deps, request: LoadKeyRequest): Promise<void> {
  const { talk, protocol, book } = deps;
  const slotKey = slotKeyOf(request);
  if (slotKey.under !== null) {
    book.get(slotKey.under, { purpose: "key_encryption", algorithm: slotKey.algorithm });
  }
  await clearSlot(deps, slotKey);
  const shown = await protocol.storeKey(talk, slotKey, request.key);
  if (request.checkValue) {
    const computed = shown ?? await protocol.askCheckValue(talk, slotKey);
    const isRight = computed && startsAlike(computed, request.checkValue);
    if (!isRight) {
      await protocol.wipeKey(talk, slotKey);
      throw new PadTrouble(computed ? "wrong_check_value" : "not_supported");
    }
  }
  book.set(slotKey);
}

/** Makes keep keys of other algorithms and kinds in other places: the former one would stay there. */
async function clearSlot({ talk, protocol, book }: Deps, next: SlotKey): Promise<void> {
  const former = book.find(next.slot);
  if (!former) return;
  book.forget(next.slot);
  const isSamePlace = former.algorithm === next.algorithm && former.under === next.under &&
    (former.purpose === "key_encryption") === (next.purpose === "key_encryption");
  if (!isSamePlace) await protocol.wipeKey(talk, former);
}

function slotKeyOf({ slot, algorithm, purpose, under, key }: LoadKeyRequest): SlotKey {
  const keyBytes = keyBytesOf(algorithm, purpose, key.length);
  if (!keyBytes) throw new PadTrouble("refused");
  return { slot, algorithm, purpose, under, keyBytes };
}

/** A pad may show less of the value than is expected, or more. */
function startsAlike(shown: Uint8Array, expected: Uint8Array): boolean {
  const bytes = Math.min(shown.length, expected.length);
  return bytes >= CHECK_VALUE_BYTES_MIN &&
    expected.subarray(0, bytes).every((byte, at) => byte === shown[at]);
}

const CHECK_VALUE_BYTES_MIN = 3;
