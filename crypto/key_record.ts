/** What is kept of a key of the ladder: plain data that may be stored, nothing of it secret. */
import { type Bytes, concatBytes } from "./bytes.ts";
import { CryptoError } from "./errors.ts";
import type { KeyLeaves, KeySpec, KeyUsage } from "./provider.ts";

export interface KeyOwner {
  readonly kind: "terminal" | "host";
  /** 1 to 64 of A–Z a–z 0–9 . _ - */
  readonly id: string;
}

/** `master` is around the others on their way; each of the others does its one work. */
export type KeyPurpose = "master" | "pin" | "mac" | "data";
export type KeyState = "pending" | "active" | "retiring" | "destroyed";

/** Who did it and when, as the caller's clock has it: "2026-11-22T08:00:00.000Z". */
export interface KeyAct {
  readonly by: string;
  readonly at: string;
}

/** Which key it is; all of it is bound into the sealed form. */
export interface KeyName {
  readonly owner: KeyOwner;
  readonly purpose: KeyPurpose;
  readonly algorithm: "sm4" | "tdes";
  /** From 1, counted by the caller for each owner and purpose. */
  readonly version: number;
}

export interface KeyRecord extends KeyName {
  readonly state: KeyState;
  /** 8 bytes. */
  readonly checkValue: Uint8Array;
  /** The wrapping key it is sealed under. */
  readonly root: { readonly label: string; readonly version: number };
  /** Sealed; null once it is destroyed. */
  readonly wrapped: Uint8Array | null;
  readonly created: KeyAct;
  /** Every change of state since, oldest first. */
  readonly moves: readonly (KeyAct & { readonly to: KeyState })[];
}

const OWNER_ID = /^[A-Za-z0-9._-]{1,64}$/;
/** The others by purpose; data go as pads and hosts prescribe it, which is never GCM. */
const WORK_USAGES: Readonly<Record<Exclude<KeyPurpose, "master">, KeyUsage>> = {
  pin: "pin",
  mac: "mac",
  data: "cipher",
};
/** A pad's master hands keys out, a host's takes keys in; no key does both. */
const MASTER_USAGES: Readonly<Record<KeyOwner["kind"], KeyUsage>> = {
  terminal: "export",
  host: "import",
};

/**
 * What the provider is to make of it. Records are the keeping, so the provider's copy is ephemeral.
 * Throws `invalid_argument` for a name that cannot be.
 */
export function keySpecOf(name: KeyName, leaves: KeyLeaves): KeySpec {
  const { owner, purpose, algorithm, version } = name;
  if (!OWNER_ID.test(owner.id) || !Number.isSafeInteger(version) || version < 1) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot name a key of "${owner.id}" version ${version}: expected an id of 1 to 64 letters, ` +
        "digits, dots, hyphens and underscores, and a version from 1",
    );
  }
  const label = `${ownerPrefix(owner)}${purpose}`;
  const usage = purpose === "master" ? MASTER_USAGES[owner.kind] : WORK_USAGES[purpose];
  return { label, algorithm, usage, leaves, ephemeral: true };
}

/** How the labels of an owner's keys begin. */
export function ownerPrefix({ kind, id }: KeyOwner): string {
  return `${kind}/${id}/`;
}

/** What a sealed key is bound to; every field with its length, so that no two names meet. */
export function keyContext({ owner, purpose, algorithm, version }: KeyName): Bytes {
  const fields = ["yikatong key ladder 1", owner.kind, owner.id, purpose, algorithm, `${version}`]
    .map((field) => new TextEncoder().encode(field));
  return concatBytes(...fields.flatMap((field) => [Uint8Array.of(field.length), field]));
}
