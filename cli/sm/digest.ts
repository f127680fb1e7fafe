import { wipe } from "../../crypto/bytes.ts";
import type { DigestStream, Engine } from "../../crypto/engine.ts";
import { hmacStream } from "../../crypto/stream_digest.ts";
import { reasonOf } from "../../server/platform/errors.ts";
import { complain, type ExitCode, print, readArguments, UsageError } from "../command.ts";
import { openInput, readSmallFile, requireOneStandardInput } from "../files/input.ts";
import { withProgress } from "../files/progress.ts";
import { formatDigestLine, type ListedDigest, readDigestList } from "./digest_list.ts";
import { openEngine, providerHelp } from "./engine.ts";
import { readHexKey } from "./small_files.ts";

const HELP = `用法: yikatong sm digest [选项] [文件…]

计算 SM3 摘要，每行是 "<十六进制摘要>  <文件>"。不写文件，或写 -，读标准输入。

  --check <清单>          按清单核对文件，全部正确才返回 0；清单是本命令、sm3sum 或 openssl 的输出
  --hmac-key-file <文件>  改为计算 HMAC-SM3，文件里是十六进制的密钥
  --raw-key               密钥文件的内容原样就是密钥，不是十六进制
  --progress              在标准错误上显示进度（屏幕上默认显示）
${providerHelp(24)}

例:
  yikatong sm digest release.tar > release.sm3
  yikatong sm digest --check release.sm3

相当于 openssl:
  openssl dgst -sm3 release.tar
  openssl dgst -sm3 -mac HMAC -macopt hexkey:<密钥> release.tar`;

const FILES_MAX = 100_000;
const KEY_BYTES_MAX = 4_096;

type NewDigest = () => DigestStream;

export async function digest(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: FILES_MAX,
    options: {
      check: { type: "string" },
      "hmac-key-file": { type: "string" },
      "raw-key": { type: "boolean" },
      progress: { type: "boolean" },
      provider: { type: "string" },
    },
  });
  if (!read) return 0;
  const { values, files } = read;
  const isAsked = values.progress ?? false;
  if (values["raw-key"] && values["hmac-key-file"] === undefined) {
    throw new UsageError("--raw-key 要和 --hmac-key-file 一起用");
  }
  if (values.check !== undefined && files.length > 0) {
    throw new UsageError("--check 只核对清单里的文件，不能再写文件");
  }
  const keyFile = values["hmac-key-file"];
  const paths = files.length === 0 ? ["-"] : files;
  requireOneStandardInput(keyFile, ...values.check === undefined ? paths : [values.check]);
  using engine = openEngine(values.provider);
  const key = await readKey(keyFile, values["raw-key"] ?? false);
  const newDigest = digestMaker(engine, key);
  try {
    if (values.check === undefined) return await digestFiles(paths, newDigest, isAsked);
    const list = await readDigestList(values.check);
    requireOneStandardInput(keyFile, values.check, ...list.map(({ path }) => path));
    requireKind(list, key !== null);
    return await checkFiles(list, newDigest, isAsked);
  } finally {
    if (key) wipe(key);
  }
}

async function digestFiles(
  files: readonly string[],
  newDigest: NewDigest,
  isAsked: boolean,
): Promise<ExitCode> {
  let code: ExitCode = 0;
  for (const path of files) {
    const digest = await digestOf(path, newDigest, isAsked).catch((thrown) => {
      complain(reasonOf(thrown));
      return null;
    });
    if (digest === null) code = 1;
    else print(formatDigestLine(digest, path));
  }
  return code;
}

async function checkFiles(
  list: readonly ListedDigest[],
  newDigest: NewDigest,
  isAsked: boolean,
): Promise<ExitCode> {
  let failed = 0;
  for (const { path, sm3 } of list) {
    const outcome = await checkFile({ path, sm3 }, newDigest, isAsked);
    if (outcome !== "正确") failed++;
    print(harmless(`${path}: ${outcome}`));
  }
  if (failed > 0) complain(`${list.length} 个文件中有 ${failed} 个不符或读不出`);
  return failed === 0 ? 0 : 1;
}

/** The list is another's: no name in it may move the cursor or forge a line of ours. */
function harmless(line: string): string {
  return line.replaceAll(
    /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** A list that says what it holds; `sm3sum` lists do not. */
function requireKind(list: readonly ListedDigest[], hasKey: boolean): void {
  if (!hasKey && list.some(({ kind }) => kind === "hmac")) {
    throw new UsageError("清单是 HMAC-SM3 的：要加 --hmac-key-file <文件>");
  }
  if (hasKey && list.some(({ kind }) => kind === "digest")) {
    throw new UsageError("清单是 SM3 摘要，不是 HMAC-SM3：去掉 --hmac-key-file");
  }
}

async function checkFile(
  { path, sm3 }: { path: string; sm3: string },
  newDigest: NewDigest,
  isAsked: boolean,
): Promise<string> {
  try {
    return await digestOf(path, newDigest, isAsked) === sm3 ? "正确" : "不符";
  } catch (thrown) {
    return reasonOf(thrown);
  }
}

/** 64 hex digits. */
async function digestOf(path: string, newDigest: NewDigest, isAsked: boolean): Promise<string> {
  using input = await openInput(path);
  using stream = newDigest();
  const shown = { label: "摘要", total: input.size, isAsked };
  for await (const piece of withProgress(input.pieces(), shown)) stream.update(piece);
  return stream.digest().toHex();
}

function digestMaker(engine: Engine, key: Uint8Array | null): NewDigest {
  return key ? () => hmacStream(engine, key) : () => engine.sm3Stream();
}

async function readKey(path: string | undefined, isRaw: boolean): Promise<Uint8Array | null> {
  if (path === undefined) return null;
  if (!isRaw) return await readHexKey(path);
  const key = await readSmallFile(path, KEY_BYTES_MAX);
  if (key.length === 0) throw new UsageError(`密钥文件 "${path}" 是空的`);
  return key;
}
