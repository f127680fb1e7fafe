import { join } from "node:path";
import { compareFiles, type CompareOptions, type FileDifferences } from "./compare_files.ts";
import {
  MANIFEST_BYTES_MAX,
  MANIFEST_FILE,
  readManifest,
  type ReleaseManifest,
  SIGNATURES_FILE,
} from "./manifest.ts";
import {
  checkSignatures,
  readSignatures,
  SIGNATURES_BYTES_MAX,
  type SignerState,
} from "./signatures.ts";
import type { TrustedKey } from "./trusted_keys.ts";

/** Why a release is not the one that was signed, or not one to be used. */
export type ReleaseTrouble =
  /** Not there, not readable or too large. */
  | { readonly kind: "no_manifest" }
  | { readonly kind: "malformed_signatures" }
  | { readonly kind: "malformed_manifest"; readonly reason: string }
  /** Nobody's signature counts on this machine. */
  | { readonly kind: "no_trusted_keys" }
  /** There are some, and they cannot be read or believed. */
  | { readonly kind: "unusable_keys"; readonly reason: string }
  | { readonly kind: "unsigned" | "wrong_signature"; readonly signer: string }
  | { readonly kind: "expired"; readonly expires: string }
  | { readonly kind: "old_counter"; readonly counter: number; readonly counterMin: number }
  | { readonly kind: "files"; readonly differences: FileDifferences };

export interface ReleaseCheck {
  /** Null where there is none, or not one that all trusted signers signed: no file is looked at. */
  readonly manifest: ReleaseManifest | null;
  readonly signers: readonly SignerState[];
  /** None: the release is whole, signed by every trusted signer and may be used. */
  readonly troubles: readonly ReleaseTrouble[];
}

export interface CheckOptions extends Omit<CompareOptions, "files"> {
  /** Links on the way to the folder are followed, none inside. */
  readonly trusted: readonly TrustedKey[];
  /** The least that may be used: an older release may have a hole that is known. */
  readonly counterMin: number;
  /** When it is to be put on a machine; null for one that runs there already. */
  readonly installedAt: Date | null;
}

/**
 * Signatures first: of what a trusted signer did not sign not a line is believed. Where nobody is
 * trusted the files are held against the manifest all the same, which tells damage from no damage.
 */
export async function checkRelease(options: CheckOptions): Promise<ReleaseCheck> {
  const { folder, trusted } = options;
  const text = await readBounded(join(folder, MANIFEST_FILE), MANIFEST_BYTES_MAX);
  if (text === null) return refused([{ kind: "no_manifest" }]);
  const signed = trusted.length === 0 ? UNTRUSTED : await checkSigned(options, text);
  const { signers } = signed;
  if (signers.some(({ state }) => state !== "signed")) return refused(signed.troubles, signers);
  const read = readManifest(text);
  if (read.kind === "malformed") {
    return refused([...signed.troubles, { kind: "malformed_manifest", reason: read.reason }]);
  }
  const { manifest } = read;
  const differences = await compareFiles({ ...options, files: manifest.files });
  const troubles: ReleaseTrouble[] = [
    ...signed.troubles,
    ...ageTroubles(manifest, options),
    ...(differences.count === 0 ? [] : [{ kind: "files", differences } as const]),
  ];
  return { manifest, signers, troubles };
}

interface Signed {
  readonly signers: readonly SignerState[];
  readonly troubles: readonly ReleaseTrouble[];
}

const UNTRUSTED: Signed = { signers: [], troubles: [{ kind: "no_trusted_keys" }] };

/** Signatures that are not there are those of every signer. */
async function checkSigned(
  { folder, trusted }: CheckOptions,
  manifest: Uint8Array,
): Promise<Signed> {
  const text = await readBounded(join(folder, SIGNATURES_FILE), SIGNATURES_BYTES_MAX);
  const signatures = text === null ? [] : readSignatures(text);
  const signers = checkSignatures(manifest, signatures ?? [], trusted);
  if (signatures === null) return { signers, troubles: [{ kind: "malformed_signatures" }] };
  return { signers, troubles: signers.flatMap(signerTrouble) };
}

function refused(
  troubles: readonly ReleaseTrouble[],
  signers: readonly SignerState[] = [],
): ReleaseCheck {
  return { manifest: null, signers, troubles };
}

function signerTrouble({ signer, state }: SignerState): ReleaseTrouble[] {
  switch (state) {
    case "signed":
      return [];
    case "missing":
      return [{ kind: "unsigned", signer }];
    case "wrong":
      return [{ kind: "wrong_signature", signer }];
  }
}

function ageTroubles(
  { counter, expires }: ReleaseManifest,
  { counterMin, installedAt }: CheckOptions,
): ReleaseTrouble[] {
  const isOver = expires !== undefined && installedAt !== null && new Date(expires) <= installedAt;
  return [
    ...(counter < counterMin ? [{ kind: "old_counter", counter, counterMin } as const] : []),
    ...(isOver ? [{ kind: "expired", expires } as const] : []),
  ];
}

/** Null for what is not there, not a file, not readable or too large. */
async function readBounded(path: string, bytesMax: number): Promise<Uint8Array | null> {
  try {
    const { isFile, size } = await Deno.lstat(path);
    return isFile && size <= bytesMax ? await Deno.readFile(path) : null;
  } catch (thrown) {
    if (!(thrown instanceof Error && "code" in thrown)) throw thrown;
    return null;
  }
}
