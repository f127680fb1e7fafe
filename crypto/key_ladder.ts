/**
 * The ladder of keys: a root that never leaves the provider seals the master key of each terminal
 * and host, and their PIN, MAC and data keys (R-DEV-10, R-SEC-20). Here are only handles and
 * wrapped bytes; no clock and no storage: records (`key_record.ts`) are the caller's to keep, and
 * live keys the caller's to destroy.
 */
import { CryptoError } from "./errors.ts";
import {
  type KeyAct,
  keyContext,
  type KeyName,
  type KeyOwner,
  type KeyPurpose,
  type KeyRecord,
  keySpecOf,
  type KeyState,
  ownerPrefix,
} from "./key_record.ts";
import { destroyEveryKey } from "./key_states.ts";
import type { KeyHandle, KeyLeaves, SmProvider } from "./provider.ts";

/** A key in use and what to keep of it. */
export interface LadderKey {
  readonly key: KeyHandle;
  readonly record: KeyRecord;
}

/** What goes to the other holder, with the check value it must see. */
export interface KeyDelivery {
  readonly wrapped: Uint8Array;
  readonly checkValue: Uint8Array;
}

/**
 * Under an `export` key both sides have, in the form of pads; or to a pad with an SM2 key of its own
 * (65 bytes).
 */
export type DeliverTo =
  | { readonly transportKey: KeyHandle }
  | { readonly padPublicKey: Uint8Array };

interface NewKeys {
  /** SM4, usage `wrap`. */
  readonly root: KeyHandle;
  readonly version: number;
  readonly created: KeyAct;
}

export type WorkKeyPurpose = Exclude<KeyPurpose, "master">;

/** Version 1 for a new terminal, one more to replace the master of an old one; `pending`. */
export async function createTerminalMaster(
  provider: SmProvider,
  request: NewKeys & { readonly terminalId: string; readonly algorithm: KeyName["algorithm"] },
): Promise<LadderKey> {
  const owner: KeyOwner = { kind: "terminal", id: request.terminalId };
  const name: KeyName = { ...request, owner, purpose: "master" };
  await using made = new AsyncDisposableStack();
  const created = await createKey(provider, request, name, made);
  made.move();
  return created;
}

/**
 * For the ceremony at the pad: the only way a key leaves, and always wrapped. Of a key that was
 * just created, or restored `forLoading`; throws `wrong_usage` for all others.
 */
export async function exportForLoading(
  provider: SmProvider,
  key: KeyHandle,
  to: DeliverTo,
): Promise<KeyDelivery> {
  const wrapped = "transportKey" in to
    ? await provider.wrapKey(to.transportKey, key, { form: "pad" })
    : await provider.wrapKeyTo(to.padPublicKey, key);
  return { wrapped, checkValue: await provider.checkValue(key) };
}

/**
 * The terminal's work keys, each `pending` and ready for the pad under its master. All or none.
 * 3DES has no `data` keys: data goes under SM4.
 */
export async function createWorkKeys(
  provider: SmProvider,
  request: NewKeys & {
    readonly terminalId: string;
    readonly master: KeyHandle;
    readonly purposes: readonly WorkKeyPurpose[];
  },
): Promise<(LadderKey & { readonly forPad: KeyDelivery })[]> {
  const { master, version } = request;
  const owner: KeyOwner = { kind: "terminal", id: request.terminalId };
  requireMaster(master, owner);
  requireOnce(request.purposes);
  const algorithm = master.algorithm === "tdes" ? "tdes" : "sm4";
  await using made = new AsyncDisposableStack();
  const keys: (LadderKey & { readonly forPad: KeyDelivery })[] = [];
  for (const purpose of request.purposes) {
    const name: KeyName = { owner, purpose, algorithm, version };
    const created = await createKey(provider, request, name, made);
    const forPad = await exportForLoading(provider, created.key, { transportKey: master });
    keys.push({ ...created, forPad });
  }
  made.move();
  return keys;
}

/**
 * What a bank sends: work keys at sign-in (0800) under its master, or a new master under the key
 * agreed on before, in the form of pads; `under` is an `import` key. A check value of 3 to 8 bytes is asked for, as nothing
 * else protects that form. All or none; throws `wrong_check_value`.
 */
export async function importHostKeys(
  provider: SmProvider,
  request: NewKeys & {
    readonly hostId: string;
    readonly under: KeyHandle;
    readonly algorithm: KeyName["algorithm"];
    readonly keys: readonly {
      readonly purpose: KeyPurpose;
      readonly wrapped: Uint8Array;
      readonly checkValue: Uint8Array;
    }[];
  },
): Promise<LadderKey[]> {
  const { under, algorithm, version } = request;
  const owner: KeyOwner = { kind: "host", id: request.hostId };
  requireImport(under);
  requireOnce(request.keys.map(({ purpose }) => purpose));
  await using made = new AsyncDisposableStack();
  const imported: LadderKey[] = [];
  for (const { purpose, wrapped, checkValue } of request.keys) {
    const name: KeyName = { owner, purpose, algorithm, version };
    const spec = { ...keySpecOf(name, "sealed"), checkValue };
    const key = await provider.unwrapKey(under, wrapped, { form: "pad" }, spec);
    made.defer(() => provider.destroyKey(key));
    imported.push({ key, record: await sealKey(provider, request, name, key) });
  }
  made.move();
  return imported;
}

/**
 * A key out of its record, for as long as the caller needs it: one that is active or retiring, which
 * leaves no more; `forLoading` a terminal's that is pending or active, which `exportForLoading`
 * takes. Throws `wrong_usage` for another state or owner, `unknown_key` when it is destroyed or its
 * root is gone, `wrong_tag` for a record that was changed or put under another name.
 */
export async function restoreKey(
  provider: SmProvider,
  record: KeyRecord,
  { forLoading = false }: { readonly forLoading?: boolean } = {},
): Promise<KeyHandle> {
  requireState(record, forLoading ? ["pending", "active"] : ["active", "retiring"]);
  if (forLoading) requireTerminal(record);
  return await unsealKey(provider, record, forLoading ? "exported" : "never");
}

async function unsealKey(
  provider: SmProvider,
  record: KeyRecord,
  leaves: KeyLeaves,
): Promise<KeyHandle> {
  const spec = keySpecOf(record, leaves);
  const root = await provider.findKey(record.root.label, record.root.version);
  if (root === null || record.wrapped === null) {
    throw new CryptoError(
      "unknown_key",
      `Cannot restore key "${spec.label}" version ${record.version}: expected ` +
        (root ? "one that is not destroyed" : `root "${record.root.label}" in the provider`),
    );
  }
  const { checkValue } = record;
  const form = { form: "sealed", context: keyContext(record) } as const;
  return await provider.unwrapKey(root, record.wrapped, form, { ...spec, checkValue });
}

/**
 * The same key under another root, when the root is changed, in whichever state; the old root is
 * destroyed by the caller at the end.
 */
export async function resealKey(
  provider: SmProvider,
  record: KeyRecord,
  root: KeyHandle,
): Promise<KeyRecord> {
  const key = await unsealKey(provider, record, "sealed");
  await using restored = new AsyncDisposableStack();
  restored.defer(() => provider.destroyKey(key));
  return { ...record, ...await sealUnder(provider, root, record, key) };
}

/**
 * A pad was opened: every key of this terminal, live ones and kept ones. The records that come back
 * must replace the stored ones. When the provider fails, every live key was tried, and
 * `destroyEveryKey` still gives the records.
 */
export async function destroyTerminalKeys(
  provider: SmProvider,
  request: {
    readonly terminalId: string;
    readonly live: readonly KeyHandle[];
    readonly records: readonly KeyRecord[];
    readonly act: KeyAct;
  },
): Promise<KeyRecord[]> {
  const prefix = ownerPrefix({ kind: "terminal", id: request.terminalId });
  const isOwn = request.live.every(({ label }) => label.startsWith(prefix)) &&
    request.records.every(({ owner }) => ownerPrefix(owner) === prefix);
  if (!isOwn) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot destroy keys of another owner: expected "${prefix}" alone`,
    );
  }
  {
    await using doomed = new AsyncDisposableStack();
    for (const key of request.live) doomed.defer(() => provider.destroyKey(key));
  }
  return destroyEveryKey(request.records, request.act);
}

async function createKey(
  provider: SmProvider,
  request: NewKeys,
  name: KeyName,
  made: AsyncDisposableStack,
): Promise<LadderKey> {
  const key = await provider.generateKey(keySpecOf(name, "exported"));
  made.defer(() => provider.destroyKey(key));
  return { key, record: await sealKey(provider, request, name, key) };
}

async function sealKey(
  provider: SmProvider,
  { root, created }: NewKeys,
  { owner, purpose, algorithm, version }: KeyName,
  key: KeyHandle,
): Promise<KeyRecord> {
  const name: KeyName = { owner, purpose, algorithm, version };
  const checkValue = await provider.checkValue(key);
  const sealed = await sealUnder(provider, root, name, key);
  return { ...name, ...sealed, state: "pending", checkValue, created, moves: [] };
}

async function sealUnder(
  provider: SmProvider,
  root: KeyHandle,
  name: KeyName,
  key: KeyHandle,
): Promise<Pick<KeyRecord, "root" | "wrapped">> {
  const context = keyContext(name);
  const wrapped = await provider.wrapKey(root, key, { form: "sealed", context });
  return { root: { label: root.label, version: root.version }, wrapped };
}

function requireState(record: KeyRecord, states: readonly KeyState[]): void {
  const { owner, purpose, version, state } = record;
  if (state === "destroyed" || states.includes(state)) return;
  throw new CryptoError(
    "wrong_usage",
    `Cannot restore key "${ownerPrefix(owner)}${purpose}" version ${version}: it is ${state}, ` +
      `expected ${states.join(" or ")}`,
  );
}

/** What a host sent is the host's to hand on, not ours. */
function requireTerminal({ owner, purpose }: KeyRecord): void {
  if (owner.kind === "terminal") return;
  throw new CryptoError(
    "wrong_usage",
    `Cannot restore key "${ownerPrefix(owner)}${purpose}" for loading: expected a terminal's`,
  );
}

/** The provider refuses it too, but not before some of the keys are in. */
function requireImport({ label, usage }: KeyHandle): void {
  if (usage === "import") return;
  throw new CryptoError(
    "wrong_usage",
    `Cannot import keys under "${label}": it is a key for "${usage}", expected "import"`,
  );
}

/** Work keys of one terminal under the master of another would open both pads to each other. */
function requireMaster({ label }: KeyHandle, owner: KeyOwner): void {
  const expected = `${ownerPrefix(owner)}master`;
  if (label === expected) return;
  throw new CryptoError(
    "invalid_argument",
    `Cannot wrap work keys under "${label}": expected "${expected}"`,
  );
}

function requireOnce(purposes: readonly KeyPurpose[]): void {
  if (new Set(purposes).size === purposes.length) return;
  throw new CryptoError("invalid_argument", "Cannot make keys: expected every purpose once");
}
