import { equalBytes, wipe } from "../../crypto/bytes.ts";
import type { Engine, Sm2PrivateKey } from "../../crypto/engine.ts";
import type { SealedHeader } from "../../crypto/sealed_header.ts";
import { sm3 } from "../../crypto/sm3.ts";
import { StartError } from "../command.ts";
import { readPrivateKey, readPublicKey } from "../key/key_files.ts";

export async function readRecipients(paths: readonly string[]): Promise<Uint8Array[]> {
  const keys: Uint8Array[] = [];
  for (const path of paths) keys.push(await readPublicKey(path));
  return keys;
}

/** The key that opens a file, or a StartError that names whose would. */
export type PrivateKeyOf = (lock: SealedHeader["lock"], path: string) => Sm2PrivateKey;

/** The institution's private key: only who restores or drills has it. */
export async function openRecipientKey(
  engine: Engine,
  { path, passwordFile }: { readonly path: string; readonly passwordFile: string | undefined },
): Promise<Disposable & { readonly of: PrivateKeyOf }> {
  const secret = await readPrivateKey(path, passwordFile);
  const key = engine.sm2PrivateKey(secret);
  wipe(secret);
  const own = sm3(key.publicKey);
  return {
    of(lock, file) {
      const fingerprints = lock.kind === "recipients"
        ? lock.recipients.map(({ fingerprint }) => fingerprint)
        : [];
      if (fingerprints.some((fingerprint) => equalBytes(fingerprint, own))) return key;
      const wanted = fingerprints.map((fingerprint) => `\n  ${fingerprint.toHex()}`).join("");
      throw new StartError(
        `"${file}" 不是给 "${path}" 这把密钥（公钥指纹 ${own.toHex()}）加密的。它是给以下公钥加密的:${wanted}`,
      );
    },
    [Symbol.dispose]: () => key[Symbol.dispose](),
  };
}
