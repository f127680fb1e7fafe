/**
 * The life of a key: pending → active → retiring → destroyed. Pure: records in, records out. A key
 * is `pending` until the other side has shown that it holds it, and the one before it stays
 * `retiring`, so that what was sent just before can still be read, until the caller ends that.
 */
import { CryptoError } from "./errors.ts";
import { type KeyAct, type KeyRecord, type KeyState, ownerPrefix } from "./key_record.ts";

const NEXT: Readonly<Record<KeyState, readonly KeyState[]>> = {
  pending: ["active", "destroyed"],
  active: ["retiring", "destroyed"],
  retiring: ["destroyed"],
  destroyed: [],
};

/**
 * The pending version becomes active, the active one retiring. `versions` are all of one owner and
 * purpose and come back in their order. Throws `invalid_argument`.
 */
export function activateKey(
  versions: readonly KeyRecord[],
  version: number,
  act: KeyAct,
): KeyRecord[] {
  requireOneKey(versions);
  const next = getVersion(versions, version);
  return versions.map((record) => {
    if (record === next) return moveTo(record, "active", act);
    return record.state === "active" ? moveTo(record, "retiring", act) : record;
  });
}

/**
 * A retiring version that nobody needs any more, or a pending one that never arrived, is gone. An
 * active one is refused: `destroyEveryKey` is for that.
 */
export function destroyKeyVersion(
  versions: readonly KeyRecord[],
  version: number,
  act: KeyAct,
): KeyRecord[] {
  requireOneKey(versions);
  const old = getVersion(versions, version);
  if (old.state === "active") throw wrongMove(old, "destroyed");
  return versions.map((record) => record === old ? moveTo(record, "destroyed", act) : record);
}

/** After tampering or at the end of service: whatever state they are in, of whichever purpose. */
export function destroyEveryKey(records: readonly KeyRecord[], act: KeyAct): KeyRecord[] {
  return records.map((record) =>
    record.state === "destroyed" ? record : moveTo(record, "destroyed", act)
  );
}

function moveTo(record: KeyRecord, to: KeyState, { by, at }: KeyAct): KeyRecord {
  if (!NEXT[record.state].includes(to)) throw wrongMove(record, to);
  const moves = [...record.moves, { to, by, at }];
  return { ...record, state: to, moves, wrapped: to === "destroyed" ? null : record.wrapped };
}

function getVersion(versions: readonly KeyRecord[], version: number): KeyRecord {
  const found = versions.find((record) => record.version === version);
  if (found) return found;
  throw new CryptoError("invalid_argument", `Cannot find version ${version} among the records`);
}

function requireOneKey(versions: readonly KeyRecord[]): void {
  const names = versions.map(({ owner, purpose }) => ownerPrefix(owner) + purpose);
  const numbers = versions.map(({ version }) => version);
  if (new Set(names).size <= 1 && new Set(numbers).size === versions.length) return;
  throw new CryptoError(
    "invalid_argument",
    "Cannot change keys: expected records of one owner and purpose, every version once",
  );
}

function wrongMove({ owner, purpose, version, state }: KeyRecord, to: KeyState): CryptoError {
  return new CryptoError(
    "invalid_argument",
    `Cannot make key "${ownerPrefix(owner)}${purpose}" version ${version} ${to}: it is ${state}`,
  );
}
