import { type ExitCode, print, readArguments } from "../command.ts";
import { readRelease, releaseFolder, releaseLines } from "./read_release.ts";

const HELP = `用法: yikatong release show [--files] [发布目录]

显示发布清单和签名，不判断签名是否正确、文件是否一致（那是 yikatong release verify）。
不写目录时是本程序自己的。

  --files  还列出每个文件的 SM3、字节数和路径`;

export async function show(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: { files: { type: "boolean" } },
  });
  if (!read) return 0;
  const { values, files: [named] } = read;
  const { manifest, signatures } = await readRelease(releaseFolder(named));
  for (const line of releaseLines(manifest)) print(line);
  for (const { signer, keyId } of signatures) print(`签名      ${signer}，公钥指纹 ${keyId}`);
  if (signatures.length === 0) print("签名      没有");
  if (values.files) {
    for (const { sm3, size, path } of manifest.files) print(`${sm3}  ${size}  ${path}`);
  }
  return 0;
}
