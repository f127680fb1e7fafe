import { ZipWriter } from "@zip.js/zip.js";
import type { AsyncDigest } from "../../crypto/provider.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import {
  type CheckedMonth,
  checkMonth,
  nextMonthToArchive,
  recordArchive,
  recordArchiveStarted,
} from "../../server/modules/audit/archive/archive_month.ts";
import { isMonth } from "../../server/modules/audit/archive/month.ts";
import { faultText } from "../../server/modules/audit/verify/fault.ts";
import { platformKeys } from "../../server/modules/audit/verify/known_keys.ts";
import { verifyPack } from "../../server/modules/audit/verify/verify_pack.ts";
import { DomainError } from "../../server/platform/errors.ts";
import { readApprover } from "../admin/approver.ts";
import { type ExitCode, print, readOptions, StartError, UsageError } from "../command.ts";
import { openInput } from "../files/input.ts";
import { fileTrouble } from "../files/trouble.ts";
import { openOwnAudit, type OwnAudit } from "./own_audit.ts";
import { openPackFile } from "./pack_file.ts";
import { showProgress, stopAtInterrupt } from "./verify_run.ts";

const HELP = `用法: yikatong audit archive --before <月份> --out <文件夹> --by <姓名> [选项]

把已经过完的月份逐月归档：先校验，再写成 audit-2026-05.zip（带 SM2 签名），重新读出核对后记入数据库。
已归档的月份跳过。归档不删除任何记录；归档文件请另外保管。

  --before <月份>    归档到这个月之前（UTC 月份，如 2026-11）
  --out <文件夹>     写到哪里，已有的文件不覆盖
  --by <姓名>        由谁经手
  --config <文件>    平台的配置
  --progress         在标准错误上显示进度`;

export async function archive(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: {
      before: { type: "string" },
      out: { type: "string" },
      by: { type: "string" },
      config: { type: "string" },
      progress: { type: "boolean" },
    },
  });
  if (!options) return 0;
  const { before, out } = options;
  if (before === undefined || !isMonth(before)) throw new UsageError("要有 --before <2026-11>");
  if (out === undefined) throw new UsageError("要有 --out <文件夹>");
  const actor = shellActor(readApprover(options.by));
  using progress = showProgress(options.progress ?? false);
  using interrupt = stopAtInterrupt();
  const run = { signal: interrupt.signal, onProgress: progress.report };
  await using own = await openOwnAudit(options.config);
  let count = 0;
  for (;;) {
    const month = await nextMonthToArchive(own, before);
    if (month === null) break;
    if (count === 0) await recordArchiveStarted(own, actor, before);
    const checked = await told(() => checkMonth(own, month, run));
    const path = `${out}/audit-${month}.zip`;
    await writeZip(path, checked);
    const fileDigest = await checkFile(own, path);
    await recordArchive(own, actor, { checked, fileDigest });
    progress.end();
    print(`${path}  ${checked.manifest.events} 条  SM3 ${fileDigest.toHex()}`);
    count += 1;
  }
  if (count === 0) print("没有要归档的月份");
  return 0;
}

async function told<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof DomainError) || thrown.code !== "audit.chain_broken") throw thrown;
    throw new StartError(`没有归档：${thrown.detail ?? ""}`, { cause: thrown });
  }
}

/** Under its own name only when it is whole. */
async function writeZip(path: string, checked: CheckedMonth): Promise<void> {
  const partial = `${path}.partial`;
  try {
    if (await Deno.lstat(path).then(() => true, () => false)) {
      throw new StartError(`"${path}" 已经存在，不覆盖`);
    }
    const file = await Deno.open(partial, { write: true, create: true, truncate: true });
    const zip = new ZipWriter(file.writable, { useWebWorkers: false });
    for await (const { name, content } of checked.files()) {
      await zip.add(name, ReadableStream.from(content));
    }
    await zip.close();
    await Deno.rename(partial, path);
  } catch (thrown) {
    await Deno.remove(partial).catch(() => {});
    throw thrown instanceof StartError ? thrown : fileTrouble("不能写入", path, thrown);
  }
}

/** Read again from the disk: what cannot be checked later is no archive. */
async function checkFile({ provider }: OwnAudit, path: string): Promise<Uint8Array> {
  using folder = await openPackFile(path);
  const report = await verifyPack({ provider, keys: await platformKeys(provider) }, folder, {
    anchors: new Map(),
    counterKey: null,
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  const [fault] = report.faults;
  // A foreign event is archived as what it is.
  if (fault && fault.kind !== "inserted") {
    throw new StartError(`写好的归档核对不上，不要使用 "${path}"：${faultText(fault)}`);
  }
  await using digest = provider.sm3Stream();
  return await digestOfFile(path, digest);
}

export async function digestOfFile(path: string, digest: AsyncDigest): Promise<Uint8Array> {
  using input = await openInput(path);
  for await (const piece of input.pieces()) await digest.update(piece);
  return await digest.digest();
}
