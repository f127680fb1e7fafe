import { bytesOf, type CardMessage } from "./wire/field_table.ts";
import type { HostProfile, WorkKeyPurpose } from "./wire/host_profile.ts";

/** A work key as the host hands it out: under the master, with a check value. */
export interface WrappedWorkKey {
  readonly purpose: WorkKeyPurpose;
  readonly wrapped: Uint8Array;
  readonly checkValue: Uint8Array;
}

/** Field 62 of 0810; null when it is not as the profile says. */
export function workKeysIn(
  { workKeys }: HostProfile,
  message: CardMessage,
): readonly WrappedWorkKey[] | null {
  const bytes = bytesOf(message, 62);
  const wanted = workKeys.reduce((sum, key) => sum + key.keyBytes + key.checkBytes, 0);
  if (bytes?.length !== wanted) return null;
  let at = 0;
  const take = (count: number) => bytes.slice(at, at += count);
  return workKeys.map(({ purpose, keyBytes, checkBytes }) => ({
    purpose,
    wrapped: take(keyBytes),
    checkValue: take(checkBytes),
  }));
}
