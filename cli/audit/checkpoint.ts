import { signatureFromDer } from "../../crypto/sm2_codec.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import { countersign } from "../../server/modules/audit/chain/countersign.ts";
import { findCheckpoint } from "../../server/modules/audit/chain/find_checkpoint.ts";
import { dayAnchorLine } from "../../server/modules/audit/chain/write_anchors.ts";
import { chinaTime } from "../../server/platform/clock.ts";
import { DomainError } from "../../server/platform/errors.ts";
import { readApprover } from "../admin/approver.ts";
import {
  type ExitCode,
  print,
  printDone,
  readOptions,
  StartError,
  UsageError,
} from "../command.ts";
import { readSmallFile } from "../files/input.ts";
import { openOutput } from "../files/output.ts";
import { readPublicKey } from "../key/key_files.ts";
import { openOwnAudit, type OwnAudit } from "./own_audit.ts";
import { readTime } from "./times.ts";

const HELP = `用法: yikatong audit checkpoint [选项]

检查点是平台对全部审计流的签名。不写 --number 时指最后一个。

  --config <文件>           平台的配置
  --number <号码>           哪一个检查点
  --out <文件>              导出它的内容，供第二方签名
  --day <日期>              显示这一天结束时的检查点，供日报打印
  --countersignature <文件> 记入第二方对导出内容的签名（yikatong sm sign，DER 格式）
  --counter-key <文件>      第二方的公钥（PEM）
  --party <名称>            第二方的名称
  --by <姓名>               由谁经手

例:
  yikatong audit checkpoint --out checkpoint.txt
  yikatong sm sign --key bureau.pem --out checkpoint.sig checkpoint.txt      （在第二方）
  yikatong audit checkpoint --number 42 --countersignature checkpoint.sig \\
    --counter-key bureau-public.pem --party 卫健局 --by 张工`;

const SIGNATURE_BYTES_MAX = 1_024;

export async function checkpoint(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: {
      config: { type: "string" },
      number: { type: "string" },
      out: { type: "string" },
      day: { type: "string" },
      countersignature: { type: "string" },
      "counter-key": { type: "string" },
      party: { type: "string" },
      by: { type: "string" },
    },
  });
  if (!options) return 0;
  const number = readNumber(options.number);
  const day = readTime(options.day, true);
  const { countersignature } = options;
  if (countersignature === undefined) {
    await using own = await openOwnAudit(options.config);
    if (day) await showDay(own, day);
    else await show(own, { number, out: options.out });
    return 0;
  }
  const { party, "counter-key": key } = options;
  if (number === null || party === undefined || key === undefined) {
    throw new UsageError("--countersignature 要和 --number、--counter-key、--party、--by 同用");
  }
  const actor = shellActor(readApprover(options.by));
  const publicKey = await readPublicKey(key);
  const signature = signatureFromDer(await readSmallFile(countersignature, SIGNATURE_BYTES_MAX));
  await using own = await openOwnAudit(options.config);
  await told(() => countersign(own, actor, { number, party, publicKey, signature }));
  printDone([`已记入 ${party} 对第 ${number} 号检查点的会签`]);
  return 0;
}

function readNumber(text: string | undefined): bigint | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,17}$/.test(text)) throw new UsageError(`号码 "${text}" 无效：应为正整数`);
  return BigInt(text);
}

async function showDay({ db }: OwnAudit, dayEnd: Date): Promise<void> {
  print(await dayAnchorLine({ db }, dayEnd) ?? "这之前还没有检查点");
}

async function show(
  { db }: OwnAudit,
  { number, out }: { readonly number: bigint | null; readonly out: string | undefined },
): Promise<void> {
  const found = await findCheckpoint({ db }, number);
  if (!found) throw new StartError(number === null ? "还没有检查点" : `没有第 ${number} 号检查点`);
  print(`第 ${found.number} 号  ${chinaTime(found.at)}  SM3 ${found.digest.toHex()}`);
  for (const party of found.countersignedBy) print(`  会签：${party}`);
  if (out === undefined) return;
  using output = await openOutput({ path: out, force: false, isPrivate: false, isBinary: false });
  await output.fill([new TextEncoder().encode(found.body)]);
  await output.finish();
  printDone([`内容已写入 ${out}`]);
}

const TOLD: Readonly<Record<string, string>> = {
  "audit.no_checkpoint": "没有这个检查点",
  "audit.own_key": "这是平台自己的公钥：会签要用另一家单位的密钥",
  "audit.wrong_signature": "签名不符：不是这把公钥对这个检查点内容的签名",
  "audit.already_signed": "这把密钥已经会签过这个检查点",
};

async function told(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    const text = thrown instanceof DomainError ? TOLD[thrown.code] : undefined;
    throw text === undefined ? thrown : new StartError(text, { cause: thrown });
  }
}
