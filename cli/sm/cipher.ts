import { wipe } from "../../crypto/bytes.ts";
import type { CipherStream, Engine, Sm4Options } from "../../crypto/engine.ts";
import { CryptoError } from "../../crypto/errors.ts";
import type { Sm4Mode } from "../../crypto/sm4.ts";
import { complain, StartError, UsageError } from "../command.ts";
import type { Input } from "../files/input.ts";
import { readSixteenBytes } from "./small_files.ts";

/** SM4 alone, as `openssl enc -K … -iv …` has it: for other parties' files, without any check. */

export const CIPHER_OPTIONS = {
  mode: { type: "string" },
  "key-file": { type: "string" },
  iv: { type: "string" },
  "iv-file": { type: "string" },
  "no-padding": { type: "boolean" },
} as const;

export interface CipherValues {
  readonly mode?: string;
  readonly "key-file"?: string;
  readonly iv?: string;
  readonly "iv-file"?: string;
  readonly "no-padding"?: boolean;
}

export const CIPHER_HELP =
  `  --mode <cbc|ctr|cfb|ofb|ecb>  SM4 的模式；不防篡改，只用于对方规定这样做的接口
  --key-file <文件>             密钥：16 字节，或 32 位十六进制
  --iv <32 位十六进制>          初始向量，ecb 没有；也可用 --iv-file <文件>
  --no-padding                  cbc、ecb 不填充（默认 PKCS#7），长度须是 16 的倍数`;

const MODES: readonly Sm4Mode[] = ["cbc", "ctr", "cfb", "ofb", "ecb"];

export async function openCipher(
  engine: Engine,
  direction: "encrypt" | "decrypt",
  values: CipherValues,
): Promise<CipherStream> {
  const options = await readOptions(values);
  const path = values["key-file"];
  if (path === undefined) throw new UsageError("--mode 要和 --key-file <文件> 一起用");
  const bytes = await readSixteenBytes(path, "密钥");
  using key = engine.sm4Key(bytes);
  wipe(bytes);
  return direction === "encrypt" ? key.encryptStream(options) : key.decryptStream(options);
}

export async function* runCipher(
  stream: CipherStream,
  input: Input,
): AsyncGenerator<Uint8Array> {
  using running = stream;
  for await (const piece of input.pieces()) yield running.update(piece);
  yield end(running, input.name);
}

function end(stream: CipherStream, name: string): Uint8Array {
  try {
    return stream.final();
  } catch (thrown) {
    const isBroken = thrown instanceof CryptoError && thrown.code === "wrong_length";
    throw isBroken
      ? new StartError(
        `"${name}" 的长度不是 16 字节的整数倍：被截断过，或模式、--no-padding 不对`,
        { cause: thrown },
      )
      : thrown;
  }
}

async function readOptions(values: CipherValues): Promise<Sm4Options> {
  const mode = MODES.find((known) => known === values.mode);
  if (!mode) throw new UsageError(`--mode "${values.mode}" 无效：应为 ${MODES.join("、")}`);
  const isBlockwise = mode === "cbc" || mode === "ecb";
  if (values["no-padding"] && !isBlockwise) {
    throw new UsageError("--no-padding 只用于 cbc 和 ecb：其他模式本来就不填充");
  }
  const padding = isBlockwise && !values["no-padding"] ? "pkcs7" : "none";
  const iv = await readIv(values);
  if (mode === "ecb") {
    if (iv) throw new UsageError("ecb 没有初始向量：去掉 --iv");
    complain("注意：ecb 看得出哪些内容相同，只用于对方规定这样做的接口");
    return { mode, padding };
  }
  if (!iv) throw new UsageError(`${mode} 要有初始向量：--iv <32 位十六进制> 或 --iv-file <文件>`);
  return { mode, padding, iv };
}

async function readIv(values: CipherValues): Promise<Uint8Array | null> {
  const { iv, "iv-file": path } = values;
  if (iv !== undefined && path !== undefined) throw new UsageError("--iv 和 --iv-file 只能写一个");
  if (path !== undefined) return await readSixteenBytes(path, "初始向量");
  if (iv === undefined) return null;
  if (/^[0-9a-fA-F]{32}$/.test(iv)) return Uint8Array.fromHex(iv);
  throw new UsageError(`--iv "${iv}" 无效：应为 32 位十六进制`);
}
