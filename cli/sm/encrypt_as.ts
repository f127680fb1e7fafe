import { wipe } from "../../crypto/bytes.ts";
import type { Engine } from "../../crypto/engine.ts";
import { sealStream } from "../../crypto/sealed_stream.ts";
import { convertCiphertext } from "../../crypto/sm2_codec.ts";
import { StartError, UsageError } from "../command.ts";
import { type Input, readSmall } from "../files/input.ts";
import type { Pieces } from "../files/output.ts";
import { readPassword } from "../files/password.ts";
import { readPublicKey } from "../key/key_files.ts";
import { type CipherValues, openCipher, runCipher } from "./cipher.ts";
import type { Form } from "./form.ts";
import { readCipherFormat, SM2_PLAINTEXT_BYTES_MAX } from "./sm2_cipher_format.ts";

interface EncryptValues extends CipherValues {
  readonly public?: readonly string[];
  readonly "password-file"?: string;
  readonly password?: boolean;
  readonly format?: string;
}

type Encrypt = (engine: Engine, input: Input, values: EncryptValues) => Promise<Pieces>;

/** Keys and passwords are read when these return, the content only while its pieces are taken. */
export const encryptAs: Readonly<Record<Form, Encrypt>> = { sealed, cipher, sm2 };

async function sealed(engine: Engine, input: Input, values: EncryptValues): Promise<Pieces> {
  const { public: paths, password: isTyped, "password-file": file } = values;
  const isByPassword = isTyped || file !== undefined;
  if (!paths && !isByPassword) {
    throw new UsageError("要有 --public、--password-file 或 --password。加 --help 看说明。");
  }
  if (paths && isByPassword) throw new UsageError("--public 和口令只能用一种");
  const to = paths
    ? { recipients: await readAll(paths) }
    : { password: await readPassword({ file, what: "加密文件的口令", isNew: true }) };
  return sealStream(engine, input.pieces(), to);
}

async function cipher(engine: Engine, input: Input, values: EncryptValues): Promise<Pieces> {
  return runCipher(await openCipher(engine, "encrypt", values), input);
}

async function sm2(engine: Engine, input: Input, values: EncryptValues): Promise<Pieces> {
  const format = readCipherFormat(values.format);
  const [path, ...more] = values.public ?? [];
  if (path === undefined || more.length > 0) {
    throw new UsageError("--format 要和一个 --public <公钥> 一起用");
  }
  using key = engine.sm2PublicKey(await readPublicKey(path));
  const plaintext = await readSmall(input, SM2_PLAINTEXT_BYTES_MAX);
  if (plaintext.length === 0) throw new StartError(`"${input.name}" 是空的：SM2 不能加密空文件`);
  const ciphertext = convertCiphertext(key.encrypt(plaintext), "c1c3c2", format);
  wipe(plaintext);
  return [ciphertext];
}

async function readAll(paths: readonly string[]): Promise<Uint8Array[]> {
  const keys: Uint8Array[] = [];
  for (const path of paths) keys.push(await readPublicKey(path));
  return keys;
}
