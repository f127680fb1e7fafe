import { wipe } from "../../crypto/bytes.ts";
import { desDecrypt } from "../../crypto/des.ts";
import { keyCheckValue } from "../../crypto/key_check.ts";
import { sm4Decrypt } from "../../crypto/sm4.ts";
import type { PinPad } from "../../ffi/pin_pad/contract.ts";
import { openPinPad } from "../../terminal/devices/open_devices.ts";
import { DEFAULT_SLOTS } from "../../terminal/devices/pad_register.ts";
import { pinPad } from "../../terminal/devices/pin_pad_config.ts";
import { type ExitCode, printDone, readArguments, StartError, UsageError } from "../command.ts";
import { requireOneStandardInput } from "../files/input.ts";
import { readKeyInParts } from "./key_parts.ts";
import { padAlgorithmOf } from "./pad_master_make.ts";

const HELP =
  `用法: yikatong key pad-master load --driver <型号> --path <串口> --wrapped <密文> --check <校验值>

在密钥室、两人在场时，把主密钥灌入接在本机的密码键盘。这台机器不联网，不需要平台的配置和数据库。
两人各自录入传输密钥的一段，不回显；先在本机核对校验值，不符时不碰键盘；键盘的校验值也要相符。

  --driver <型号>        kmy、zt598 或 xz_f35
  --path <串口>          例如 /dev/ttyUSB0
  --wrapped <密文>       make 给出的密文
  --check <校验值>       make 给出的校验值
  --algorithm <算法>     sm4（默认）或 tdes
  --slot <编号>          键盘里主密钥的位置，默认 0，与终端配置 devices.pin_pad.keys.master 相同
  --first-file <文件>    传输密钥第一段，文件的唯一一行；不写时在键盘输入，不回显
  --second-file <文件>   第二段，同上`;

const LOAD_MS_MAX = 10_000;
const WRAPPED = /^[0-9A-Fa-f]{32}$/;
const CHECK = /^([0-9A-Fa-f]{2}){3,8}$/;
const SLOT = /^(\d|1[0-5])$/;

export async function loadMaster(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, { help: HELP, filesMax: 0, options: OPTIONS });
  if (!read) return 0;
  const { driver, path, wrapped = "", check = "", ...given } = read.values;
  const config = pinPad.safeParse({ driver, path });
  if (!config.success) {
    throw new UsageError("--driver 应是 kmy、zt598 或 xz_f35，--path 是它的串口");
  }
  if (!WRAPPED.test(wrapped)) throw new UsageError("--wrapped 应是 32 位十六进制数");
  if (!CHECK.test(check)) throw new UsageError("--check 应是 6 到 16 位十六进制数");
  const { slot = String(DEFAULT_SLOTS.master) } = given;
  if (!SLOT.test(slot)) throw new UsageError("--slot 应是 0 到 15");
  const algorithm = padAlgorithmOf(given.algorithm);
  const files = [given["first-file"], given["second-file"]] as const;
  requireOneStandardInput(...files);
  const key = await openMaster({ algorithm, wrapped, check, files });
  try {
    await using pad = await openPinPad(config.data, { isSecureRoom: true });
    await load(pad, { slot: Number(slot), algorithm, key, check });
  } finally {
    wipe(key);
  }
  printDone([`键盘已收下主密钥，校验值 ${check}：由另一人执行 yikatong key pad-master confirm`]);
  return 0;
}

const OPTIONS = {
  driver: { type: "string" },
  path: { type: "string" },
  wrapped: { type: "string" },
  check: { type: "string" },
  algorithm: { type: "string" },
  slot: { type: "string" },
  "first-file": { type: "string" },
  "second-file": { type: "string" },
} as const;

async function openMaster({ algorithm, wrapped, check, files }: {
  readonly algorithm: "sm4" | "tdes";
  readonly wrapped: string;
  readonly check: string;
  readonly files: readonly [string | undefined, string | undefined];
}): Promise<Uint8Array> {
  const transport = await readKeyInParts(files);
  const bytes = Uint8Array.fromHex(wrapped);
  const key = algorithm === "sm4"
    ? sm4Decrypt({ mode: "ecb", key: transport, padding: "none" }, bytes)
    : desDecrypt({ mode: "ecb", key: transport }, bytes);
  wipe(transport);
  if (keyCheckValue(algorithm, key).toHex().startsWith(check.toLowerCase())) return key;
  wipe(key);
  throw new StartError("校验值不符：传输密钥的两段或密文录错了，键盘没有动过");
}

async function load(
  pad: PinPad,
  { slot, algorithm, key, check }: {
    readonly slot: number;
    readonly algorithm: "sm4" | "tdes";
    readonly key: Uint8Array;
    readonly check: string;
  },
): Promise<void> {
  const checkValue = Uint8Array.fromHex(check);
  const loaded = await pad.loadKey(
    { slot, algorithm, purpose: "key_encryption", under: null, key, checkValue },
    { signal: new AbortController().signal, timeoutMs: LOAD_MS_MAX },
  );
  if (loaded.kind === "done") return;
  throw new StartError(`键盘没有收下主密钥（${loaded.reason}）：检查型号、串口和算法后重做`);
}
