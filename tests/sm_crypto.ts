import untyped from "sm-crypto";

type Message = readonly number[] | Uint8Array;
type Padding = "pkcs#7" | "none";

/**
 * What we use of npm's sm-crypto, the peer and oracle of tests and benchmarks. Keys, signatures
 * and ciphertexts are hex; what it would quietly do otherwise must be said: `hash` of a signature,
 * `output` of everything that can return text.
 */
interface SmCrypto {
  readonly sm2: {
    /** 64 and 130 hex digits (04‖x‖y). */
    generateKeyPairHex(): { readonly privateKey: string; readonly publicKey: string };
    getPublicKeyFromPrivateKey(privateKey: string): string;
    /** C1 without its 04; `cipherMode` 1 is C1‖C3‖C2, 0 is C1‖C2‖C3. */
    doEncrypt(message: Message, publicKey: string, cipherMode: 0 | 1): string;
    /** Empty when it fails, whatever the reason. */
    doDecrypt(
      ciphertext: string,
      privateKey: string,
      cipherMode: 0 | 1,
      options: { readonly output: "array" },
    ): number[];
    /** r‖s, or DER. */
    doSignature(
      message: Message,
      privateKey: string,
      options: {
        readonly hash: boolean;
        readonly der?: boolean;
        readonly publicKey?: string;
        readonly userId?: string;
      },
    ): string;
    doVerifySignature(
      message: Message,
      signature: string,
      publicKey: string,
      options: { readonly hash: boolean; readonly der?: boolean; readonly userId?: string },
    ): boolean;
  };
  /** With a key: HMAC. */
  sm3(message: Message, options?: { readonly key: Message }): string;
  readonly sm4: {
    encrypt(message: Message, key: Message, options: Sm4Options): number[];
    /** Takes padding of 0 and above 16, and drops a partial block. */
    decrypt(message: Message, key: Message, options: Sm4Options): number[];
  };
}

/** Any other mode would quietly be ECB. */
type Sm4Options =
  & ({ readonly mode: "cbc"; readonly iv: Message } | { readonly mode: "ecb" })
  & { readonly padding: Padding; readonly output: "array" };

/** CommonJS without types: its own code is the contract above. */
export const { sm2, sm3, sm4 }: SmCrypto = untyped;
