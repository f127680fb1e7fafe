import { equalBytes, wipe } from "../../crypto/bytes.ts";
import type { Engine, Sm2PrivateKey } from "../../crypto/engine.ts";
import { CryptoError } from "../../crypto/errors.ts";
import type { OpenWith, SealedHeader } from "../../crypto/sealed_header.ts";
import { openStream } from "../../crypto/sealed_stream.ts";
import type { Sm2CipherFormat } from "../../crypto/sm2.ts";
import { convertCiphertext } from "../../crypto/sm2_codec.ts";
import { sm3 } from "../../crypto/sm3.ts";
import { StartError, UsageError } from "../command.ts";
import { explainedOf } from "../crypto_trouble.ts";
import { type Input, readSmall } from "../files/input.ts";
import type { Pieces } from "../files/output.ts";
import { readPassword } from "../files/password.ts";
import { readPrivateKey } from "../key/key_files.ts";
import { type CipherValues, openCipher, runCipher } from "./cipher.ts";
import type { Form } from "./form.ts";
import { readCipherFormat, SM2_CIPHERTEXT_BYTES_MAX } from "./sm2_cipher_format.ts";

interface DecryptValues extends CipherValues {
  readonly key?: string;
  readonly "password-file"?: string;
  readonly format?: string;
}

type Decrypt = (engine: Engine, input: Input, values: DecryptValues) => Promise<Pieces>;

export const decryptAs: Readonly<Record<Form, Decrypt>> = { sealed, cipher, sm2 };

function sealed(engine: Engine, input: Input, values: DecryptValues): Promise<Pieces> {
  return Promise.resolve(explainedOf(input.name, openSealed(engine, input, values)));
}

async function* openSealed(
  engine: Engine,
  input: Input,
  values: DecryptValues,
): AsyncGenerator<Uint8Array> {
  using keys = new DisposableStack();
  const unlock = async (lock: SealedHeader["lock"]): Promise<OpenWith> =>
    lock.kind === "password"
      ? { password: await readFilePassword(values, input.name) }
      : { privateKey: keys.use(await readOwnKey(engine, values, lock.recipients)) };
  try {
    yield* openStream(engine, input.pieces(), unlock);
  } catch (thrown) {
    const isForeign = thrown instanceof CryptoError && !("chunk" in thrown) &&
      thrown.code === "bad_encoding";
    throw isForeign
      ? new StartError(
        `"${input.name}" 不是 sm encrypt 加密的文件，或开头已损坏；` +
          "openssl 加密的要加 --mode 或 --format",
        { cause: thrown },
      )
      : thrown;
  }
}

async function readFilePassword(values: DecryptValues, name: string): Promise<Uint8Array> {
  if (values.key !== undefined) {
    throw new UsageError(`"${name}" 是用口令加密的：去掉 --key，用口令解密`);
  }
  return await readPassword({
    file: values["password-file"],
    what: `文件 "${name}" 的口令`,
    isNew: false,
  });
}

async function readOwnKey(
  engine: Engine,
  { key: path, "password-file": passwordFile }: DecryptValues,
  recipients: readonly { readonly fingerprint: Uint8Array }[],
): Promise<Sm2PrivateKey> {
  const wanted = recipients.map(({ fingerprint }) => `  ${fingerprint.toHex()}`).join("\n");
  if (path === undefined) {
    throw new UsageError(
      `文件是给以下公钥（SM3 指纹）加密的，要有 --key <其中一把的私钥>:\n${wanted}`,
    );
  }
  const secret = await readPrivateKey(path, passwordFile);
  const privateKey = engine.sm2PrivateKey(secret);
  wipe(secret);
  const own = sm3(privateKey.publicKey);
  if (recipients.some(({ fingerprint }) => equalBytes(fingerprint, own))) return privateKey;
  privateKey[Symbol.dispose]();
  throw new StartError(
    `文件不是给 "${path}" 加密的。它的公钥指纹是\n  ${own.toHex()}\n文件是给以下公钥加密的:\n${wanted}`,
  );
}

async function cipher(engine: Engine, input: Input, values: DecryptValues): Promise<Pieces> {
  return explainedOf(input.name, runCipher(await openCipher(engine, "decrypt", values), input));
}

async function sm2(engine: Engine, input: Input, values: DecryptValues): Promise<Pieces> {
  const format = readCipherFormat(values.format);
  if (values.key === undefined) throw new UsageError("--format 要和 --key <私钥> 一起用");
  const secret = await readPrivateKey(values.key, values["password-file"]);
  const key = engine.sm2PrivateKey(secret);
  wipe(secret);
  return explainedOf(input.name, decryptSmall(key, format, input));
}

async function* decryptSmall(
  privateKey: Sm2PrivateKey,
  format: Sm2CipherFormat,
  input: Input,
): AsyncGenerator<Uint8Array> {
  using key = privateKey;
  const ciphertext = await readSmall(input, SM2_CIPHERTEXT_BYTES_MAX);
  yield key.decrypt(convert(ciphertext, format, input.name));
}

function convert(ciphertext: Uint8Array, format: Sm2CipherFormat, name: string): Uint8Array {
  try {
    return convertCiphertext(ciphertext, format, "c1c3c2");
  } catch (thrown) {
    if (!(thrown instanceof CryptoError)) throw thrown;
    throw new StartError(`"${name}" 不是 ${format} 格式的 SM2 密文`, { cause: thrown });
  }
}
