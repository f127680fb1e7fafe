import { CryptoError } from "../crypto/errors.ts";
import { ChunkError } from "../crypto/sealed_stream.ts";
import { type Command, StartError } from "./command.ts";
import type { Pieces } from "./files/output.ts";

/** The command with its failures of `crypto/` told as an operator can act on them. */
export function explained(command: Command): Command {
  return async (args) => {
    try {
      return await command(args);
    } catch (thrown) {
      throw thrown instanceof CryptoError ? explain(thrown) : thrown;
    }
  };
}

/** Passes the pieces on; where their making fails, it is told of which input. */
export async function* explainedOf(name: string, pieces: Pieces): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
  } catch (thrown) {
    throw thrown instanceof CryptoError ? explain(thrown, name) : thrown;
  }
}

/** With the name of the input at fault, where it is known. */
function explain(error: CryptoError, name?: string): StartError {
  const text = error instanceof ChunkError ? explainChunk(error) : TEXTS[error.code];
  const of = name === undefined ? "" : `"${name}"：`;
  return new StartError(
    `${of}${text ?? `密码运算失败（${error.code}）：${error.message}`}`,
    { cause: error },
  );
}

function explainChunk({ trouble, chunk, isLast }: ChunkError): string {
  switch (trouble) {
    case "changed":
      return `第 ${chunk} 块校验不符：内容被改动过${isLast ? "，或文件在这里被截断" : ""}。` +
        "请重新取得这个文件";
    case "cut_off":
      return `文件在第 ${chunk} 块之后被截断，内容不完整。请重新取得这个文件`;
    case "appended":
      return `第 ${chunk} 块是最后一块，后面又被接上了别的内容。请重新取得这个文件`;
  }
}

const TEXTS: Readonly<Partial<Record<CryptoError["code"], string>>> = {
  wrong_password: "口令不对，或文件被改动过",
  wrong_tag: "文件头校验不符：内容被改动过。请重新取得这个文件",
  decryption_failed: "SM2 解密失败：私钥不对，或内容被改动过",
  bad_padding: "填充不符：密钥、IV 或模式不对，或内容被改动、截断过",
};
