import { wipe } from "../../crypto/bytes.ts";
import { CryptoError } from "../../crypto/errors.ts";
import type { Engine } from "../../crypto/engine.ts";
import { signatureFromDer, signatureToDer } from "../../crypto/sm2_codec.ts";
import { DEFAULT_USER_ID } from "../../crypto/sm2.ts";
import { sm3 } from "../../crypto/sm3.ts";
import type { BackupSettings } from "../../server/platform/backup_settings.ts";
import { StartError } from "../command.ts";
import { readSmallFile } from "../files/input.ts";
import { readPrivateKey, readPublicKey } from "../key/key_files.ts";

/** Signs as `yikatong sm sign` and `openssl dgst -sm3` do: DER over the file, default user id. */
export interface Signer extends Disposable {
  readonly fingerprint: string;
  sign(message: Uint8Array): Uint8Array;
}

type SigningSettings = Pick<BackupSettings, "signing_key" | "signing_key_password_file">;

/** Null where the configuration names no key: then whoever has the recipients' public keys can forge. */
export async function openSigner(
  engine: Engine,
  { signing_key: path, signing_key_password_file: passwordFile }: SigningSettings,
): Promise<Signer | null> {
  if (path === undefined) return null;
  const secret = await readPrivateKey(path, passwordFile);
  const key = engine.sm2PrivateKey(secret);
  wipe(secret);
  return {
    fingerprint: sm3(key.publicKey).toHex(),
    sign: (message) => signatureToDer(key.sign(message, DEFAULT_USER_ID)),
    [Symbol.dispose]: () => key[Symbol.dispose](),
  };
}

const SIGNATURE_BYTES_MAX = 1_024;

/** Throws StartError unless `signer`'s key signed it; without one only says nothing. */
export async function requireSigned(
  engine: Engine,
  { signer }: Pick<BackupSettings, "signer">,
  signed: { readonly path: string; readonly message: Uint8Array },
): Promise<void> {
  if (signer === undefined) return;
  const signature = await readSignature(`${signed.path}.sig`);
  using key = engine.sm2PublicKey(await readPublicKey(signer));
  if (signature && key.verify(signed.message, signature, DEFAULT_USER_ID)) return;
  throw new StartError(
    `"${signed.path}" 的签名不符：内容被改动过，或不是 backup.signer（${signer}）的密钥签的。不要使用这个备份`,
  );
}

async function readSignature(path: string): Promise<Uint8Array | null> {
  if (!await Deno.stat(path).then(() => true, () => false)) {
    throw new StartError(
      `没有签名文件 "${path}"：配置了 backup.signer 时，没有签名的备份不能使用`,
    );
  }
  try {
    return signatureFromDer(await readSmallFile(path, SIGNATURE_BYTES_MAX));
  } catch (thrown) {
    if (thrown instanceof CryptoError) return null;
    throw thrown;
  }
}
