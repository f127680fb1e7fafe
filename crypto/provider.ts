import type { MacMethod } from "./mac.ts";
import type { PinBlockFormat } from "./pin_block.ts";

/**
 * Who holds keys and works with them: software over an engine, or hardware behind SDF (GM/T 0018).
 * Above this line nobody sees a key, only handles. Everything is asynchronous, a user id is always
 * named, IVs and nonces are made inside, and there is no ECB. A provider never passes work on to
 * another one; `routed_provider.ts` says what may move.
 *
 * Options and short inputs count as they were when the method was called; messages must not change
 * before it has answered. What is no `Uint8Array` is `invalid_argument`.
 */
export interface SmProvider extends AsyncDisposable {
  readonly info: ProviderInfo;
  /** Known answers of every algorithm this provider has, each told; never throws for a failed one. */
  selfTest(): Promise<readonly SelfTest[]>;

  /** 0 to RANDOM_BYTES_MAX from the system's generator or the device's. */
  random(length: number): Promise<Uint8Array>;
  /** 32 bytes over at most MESSAGE_BYTES_MAX; other work gets its turn in between. */
  sm3(data: Uint8Array): Promise<Uint8Array>;
  /** For any length; ends with the provider. */
  sm3Stream(): AsyncDigest;
  /** `publicKey` 65 bytes; false for any bad signature, throws `invalid_point` for a bad key. */
  sm2Verify(
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
    options: UserIdOption,
  ): Promise<boolean>;
  /** C1‖C3‖C2, C1 = 04‖x‖y. */
  sm2Encrypt(publicKey: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array>;

  /** The newest version under this label that is not retired, or the one asked for; else null. */
  findKey(label: string, version?: number): Promise<KeyHandle | null>;
  /** All but the ephemeral ones. */
  listKeys(): Promise<readonly KeyHandle[]>;
  /**
   * A new key, which leaves wrapped at most; version is one above the newest of its label. SM4 16,
   * HMAC-SM3 32, 3DES 16 bytes with odd parity. Throws `invalid_argument` for a key that is to be
   * kept (not `ephemeral`) when nobody stores them.
   */
  generateKey(spec: KeySpec): Promise<KeyHandle>;
  /** Wipes it; destroying it twice is fine. */
  destroyKey(key: KeyHandle): Promise<void>;
  /** Of an SM2 key: 65 bytes. */
  publicKey(key: KeyHandle): Promise<Uint8Array>;
  /**
   * Leftmost 8 bytes of E_k(0…0) for SM4 and 3DES (devices.md §3.4). Refused for `data` and `wrap`
   * keys, where it is half of the key that authenticates (GCM's H, NIST SP 800-38D §6.4).
   */
  checkValue(key: KeyHandle): Promise<Uint8Array>;

  /**
   * `sealed` under a `wrap` key, `pad` under an `export` key, nothing else; `leaves` of the key must
   * allow it. In the form of pads SM4 wraps symmetric keys of whole blocks, and 3DES wraps 3DES
   * only: a key is no stronger than the one around it.
   */
  wrapKey(wrapping: KeyHandle, key: KeyHandle, form: WrapForm): Promise<Uint8Array>;
  /**
   * `sealed` under a `wrap` key opens with the context, label, algorithm and usage it was sealed
   * with, else `wrong_tag`; how far the key may leave again, `spec` says anew. `pad` is under an
   * `import` key. A check value is 3 to 8 bytes; `wrong_check_value` when it does not fit. The form
   * of pads has no other protection: without one any bytes become a key.
   */
  unwrapKey(
    wrapping: KeyHandle,
    wrapped: Uint8Array,
    form: WrapForm,
    spec: KeySpec & { readonly checkValue?: Uint8Array },
  ): Promise<KeyHandle>;
  /** To the holder of an SM2 key: C1‖C3‖C2 over the bytes of a key that leaves `exported`. */
  wrapKeyTo(publicKey: Uint8Array, key: KeyHandle): Promise<Uint8Array>;
  /** With an SM2 `decrypt` key. */
  unwrapKeyWith(decrypting: KeyHandle, wrapped: Uint8Array, spec: KeySpec): Promise<KeyHandle>;

  /** 64 bytes r‖s over at most MESSAGE_BYTES_MAX; key usage `sign`. */
  sm2Sign(key: KeyHandle, message: Uint8Array, options: UserIdOption): Promise<Uint8Array>;
  /** Key usage `decrypt`; throws `decryption_failed`. */
  sm2Decrypt(key: KeyHandle, ciphertext: Uint8Array): Promise<Uint8Array>;

  /**
   * SM2 key exchange (GB/T 32918.3 §6.1) with an `agree` key; the ephemeral key is made and wiped
   * inside, the agreed keys stay inside.
   */
  beginAgreement(
    key: KeyHandle,
    options: UserIdOption & { readonly role: "initiator" | "responder" },
  ): Promise<KeyAgreement>;

  /** SM4-GCM under a `data` key: nonce(12) ‖ ciphertext ‖ tag(16); at most SEAL_BYTES_MAX. */
  seal(key: KeyHandle, plaintext: Uint8Array, aad: Uint8Array): Promise<Uint8Array>;
  /** Throws `wrong_tag`. */
  open(key: KeyHandle, sealed: Uint8Array, aad: Uint8Array): Promise<Uint8Array>;
  /** SM4-CBC with PKCS#7 or CTR under a `cipher` key, for parties that prescribe them: the IV made here goes along. */
  encrypt(
    key: KeyHandle,
    options: { readonly mode: "cbc" | "ctr" },
    plaintext: Uint8Array,
  ): Promise<{ readonly iv: Uint8Array; readonly ciphertext: Uint8Array }>;
  decrypt(
    key: KeyHandle,
    options: { readonly mode: "cbc" | "ctr"; readonly iv: Uint8Array },
    ciphertext: Uint8Array,
  ): Promise<Uint8Array>;

  /** Of at most SEAL_BYTES_MAX. Key usage `mac`; the method must fit the key's algorithm. */
  mac(key: KeyHandle, method: MacMethod, data: Uint8Array): Promise<Uint8Array>;
  /**
   * In constant time. Expects the whole MAC, or the front of `length` bytes where the parties agreed
   * on that; a MAC of another length is false. Throws `wrong_length` for a `length` over the whole
   * or under 4 bytes (8 of `tdes_unionpay_ecb`, which are hex digits).
   */
  verifyMac(
    key: KeyHandle,
    method: MacMethod,
    data: Uint8Array,
    mac: Uint8Array,
    options?: { readonly length?: number },
  ): Promise<boolean>;
  /**
   * Both keys usage `pin`. The PIN is clear only inside, and is wiped. Whether a block translates or
   * fails is an answer too: a few dozen of them, for one block under PANs of the asker's choice, narrow
   * its PIN down. So the caller takes the PAN from the transaction, counts failures (`bad_encoding`)
   * per terminal and stops it after a few.
   */
  translatePinBlock(
    from: PinBlockKey,
    to: PinBlockKey,
    block: Uint8Array,
  ): Promise<Uint8Array>;
}

export interface ProviderInfo {
  readonly name: string;
  readonly kind: "portable" | "native" | "sdf" | "routed";
  readonly version: string;
  /** Number of the commercial-cryptography product certificate (商用密码产品认证), or null. */
  readonly certificate: string | null;
  /** Keys live in a device, not in this process's memory. */
  readonly hardware: boolean;
  readonly capabilities: ReadonlySet<Capability>;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

export type Capability =
  | "sm2_sign"
  | "sm2_decrypt"
  | "sm2_agree"
  | "sm4_gcm"
  | "sm4_cbc"
  | "sm4_ctr"
  | "hmac_sm3"
  | "sm4_mac"
  | "tdes"
  | "pin_translation"
  | "key_wrap";

export type KeyAlgorithm = "sm2" | "sm4" | "hmac_sm3" | "tdes";

/** What a key may do, and nothing else. */
export type KeyUsage =
  | "sign"
  | "decrypt"
  | "agree"
  /** SM4 around keys we keep ourselves: the sealed form, both ways. */
  | "wrap"
  /** Our masters, around keys we hand to pads and hosts: the form of pads, out only. */
  | "export"
  /** Hosts' and banks' masters, around keys they send: the form of pads, in only. */
  | "import"
  /** SM4-GCM. */
  | "data"
  /** SM4-CBC and CTR, as parties prescribe them. */
  | "cipher"
  | "mac"
  | "pin";

/**
 * How a key may leave the provider: not at all; sealed under a `wrap` key; or also in the form of
 * pads under an `export` key and by `wrapKeyTo`.
 */
export type KeyLeaves = "never" | "sealed" | "exported";

export interface KeySpec {
  /** What the key is for, as configuration and records name it: "column-data"; 1 to 128 bytes. */
  readonly label: string;
  readonly algorithm: KeyAlgorithm;
  readonly usage: KeyUsage;
  readonly leaves: KeyLeaves;
  /**
   * Of one message or session: never stored, listed or found by its label, version 1. Whoever made
   * it destroys it; a provider holds a bounded number.
   */
  readonly ephemeral?: boolean;
}

/** Frozen; the provider that gave it knows this very object again, and takes no copy of it. */
export interface KeyHandle {
  readonly provider: string;
  readonly id: string;
  readonly label: string;
  /** From 1. */
  readonly version: number;
  readonly algorithm: KeyAlgorithm;
  readonly usage: KeyUsage;
}

/** 1 to 8191 bytes; the national default is `DEFAULT_USER_ID` of `sm2.ts`. */
export interface UserIdOption {
  readonly userId: Uint8Array;
}

/**
 * `sealed`: SM4-GCM bound to `context` (up to 64 KiB), for our own keeping; `pad`: ECB as pads and
 * hosts prescribe.
 */
export type WrapForm =
  | { readonly form: "sealed"; readonly context: Uint8Array }
  | { readonly form: "pad" };

export interface PinBlockKey {
  readonly key: KeyHandle;
  readonly format: PinBlockFormat;
  /** Digits; every format but ISO 9564-1 format 1 needs it. */
  readonly pan?: string;
}

/** Disposing gives it up: the ephemeral key, and what was derived and not confirmed, is wiped. */
export interface KeyAgreement extends Disposable {
  /** 65 bytes, to be sent to the other side. */
  readonly ephemeralPublicKey: Uint8Array;
  /**
   * Once only. The derived bytes are cut into the keys asked for, in order (SM4 16, HMAC-SM3 32
   * bytes each; nothing else can be agreed).
   */
  finish(
    peer: UserIdOption & {
      readonly publicKey: Uint8Array;
      readonly ephemeralPublicKey: Uint8Array;
    },
    specs: readonly KeySpec[],
  ): Promise<UnconfirmedKeys>;
}

export interface UnconfirmedKeys {
  /** 32 bytes, to be sent to the other side (S1 or S2 of the standard). */
  readonly ownConfirmation: Uint8Array;
  /**
   * The keys, once the other side has shown that it derived the same. Once only: throws
   * `wrong_confirmation` when it does not fit, and the derived bytes are wiped either way.
   */
  confirm(peerConfirmation: Uint8Array): Promise<readonly KeyHandle[]>;
  /**
   * The keys without the other side's confirmation, which GB/T 32918.3 §6.1 leaves to choice (A10,
   * B10). For a responder whose caller knows that the ephemeral key is the peer's (it came signed)
   * and that takes the first message authenticated under these keys as the confirmation. Once only,
   * instead of `confirm`; `invalid_argument` for an initiator, who has the confirmation already.
   */
  takeUnconfirmed(): Promise<readonly KeyHandle[]>;
}

export interface AsyncDigest extends AsyncDisposable {
  update(data: Uint8Array): Promise<void>;
  digest(): Promise<Uint8Array>;
}

export interface SelfTest {
  /** "SM2 decryption (GB/T 32918.5 annex)". */
  readonly name: string;
  readonly passed: boolean;
  /** What differed, without secrets; empty when passed. */
  readonly detail: string;
}

/** What an operator must hear of; work that needed the provider has failed closed already. */
export interface ProviderAlarm {
  readonly kind: "provider_down" | "provider_back" | "public_work_moved";
  readonly provider: string;
  /** Of `public_work_moved`. */
  readonly movedTo?: string;
  /** Without secrets. */
  readonly detail: string;
}

/** Of one value to seal, encrypt or authenticate; files go through `sealed_stream.ts`. */
export const SEAL_BYTES_MAX = 1 << 20;
/** Of one message to digest, sign or verify in one call. */
export const MESSAGE_BYTES_MAX = 1 << 26;
export const RANDOM_BYTES_MAX = 1 << 16;
