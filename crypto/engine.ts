import type { Sm4Mode, Sm4Padding } from "./sm4.ts";

/**
 * The algorithms on raw bytes, synchronous: what a software provider is built on. `portable` is
 * our TypeScript, `native` is libcrypto. An engine never falls back to another one.
 */
export interface Engine extends Disposable {
  readonly name: "portable" | "native";
  /** As a reviewer needs it: "OpenSSL 3.0.19 27 Jan 2026", with the file it came from. */
  readonly version: string;
  /** What this engine does differently, for `doctor`; not a fault. */
  readonly notes: readonly string[];
  /** Known weaknesses it runs with all the same (version gate), for `doctor` and the log. */
  readonly warnings: readonly string[];
  sm3(data: Uint8Array): Uint8Array;
  sm3Stream(): DigestStream;
  hmacKey(key: Uint8Array): HmacKey;
  /** 16 bytes. */
  sm4Key(key: Uint8Array): Sm4Key;
  /** 32 bytes, 1 ≤ d ≤ n−2. */
  sm2PrivateKey(privateKey: Uint8Array): Sm2PrivateKey;
  /** 65 bytes, 04‖x‖y, validated here once. */
  sm2PublicKey(publicKey: Uint8Array): Sm2PublicKey;
}

export interface DigestStream extends Disposable {
  update(data: Uint8Array): void;
  /** 32 bytes; the stream is used up. */
  digest(): Uint8Array;
}

export interface HmacKey extends Disposable {
  /** 32 bytes. */
  mac(data: Uint8Array): Uint8Array;
}

export interface Sm4Options {
  readonly mode: Sm4Mode;
  /** 16 bytes; required by every mode but ECB, refused by ECB. */
  readonly iv?: Uint8Array;
  /** Of ECB and CBC; the stream modes take "none" only. */
  readonly padding: Sm4Padding;
}

export interface GcmOptions {
  /** 12 bytes, never twice under one key. */
  readonly nonce: Uint8Array;
  readonly aad?: Uint8Array;
}

/** One expanded key for many calls. */
export interface Sm4Key extends Disposable {
  /**
   * The one result that may share its memory, with other ciphertexts of this key: whoever gives it
   * away copies it, as `.buffer` has the others too and a transfer would empty them.
   */
  encrypt(options: Sm4Options, data: Uint8Array): Uint8Array;
  decrypt(options: Sm4Options, data: Uint8Array): Uint8Array;
  encryptStream(options: Sm4Options): CipherStream;
  decryptStream(options: Sm4Options): CipherStream;
  /** GCM: ciphertext ‖ 16-byte tag. */
  seal(options: GcmOptions, plaintext: Uint8Array): Uint8Array;
  /** Throws `wrong_tag`. */
  open(options: GcmOptions, sealed: Uint8Array): Uint8Array;
  /** 16 bytes (GB/T 15852.1 algorithm 5). */
  cmac(data: Uint8Array): Uint8Array;
}

export interface CipherStream extends Disposable {
  /** What is ready; may be empty. */
  update(data: Uint8Array): Uint8Array;
  /** The rest, with the padding written or checked; the stream is used up. */
  final(): Uint8Array;
}

export interface Sm2PrivateKey extends Disposable {
  /** 65 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes r‖s over SM3(Z‖M) (GB/T 32918.2 §6). */
  sign(message: Uint8Array, userId: Uint8Array): Uint8Array;
  /** The same over e = SM3(Z‖M), 32 bytes: the message was too long to be held and was streamed. */
  signDigest(digest: Uint8Array): Uint8Array;
  /** Takes C1‖C3‖C2 with C1 = 04‖x‖y; throws `decryption_failed`, whatever the reason. */
  decrypt(ciphertext: Uint8Array): Uint8Array;
}

export interface Sm2PublicKey extends Disposable {
  /** False for anything but a good 64-byte signature; never throws for a bad one. */
  verify(message: Uint8Array, signature: Uint8Array, userId: Uint8Array): boolean;
  /** The same over e = SM3(Z‖M), 32 bytes. */
  verifyDigest(digest: Uint8Array, signature: Uint8Array): boolean;
  /** C1‖C3‖C2 with C1 = 04‖x‖y (GB/T 32918.4 §6). */
  encrypt(plaintext: Uint8Array): Uint8Array;
}
