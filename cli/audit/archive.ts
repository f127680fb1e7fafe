import { ZipWriter } from "@zip.js/zip.js";
import type { AsyncDigest } from "../../crypto/provider.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import {
  type CheckedMonth,
  checkMonth,
  nextMonthToArchive,
  recordArchive,
  recordArchiveFailed,
  recordArchiveStarted,
} from "../../server/modules/audit/archive/archive_month.ts";
import { isMonth } from "../../server/modules/audit/archive/month.ts";
import { type Fault, faultText } from "../../server/modules/audit/verify/fault.ts";
import { platformKeys } from "../../server/modules/audit/verify/known_keys.ts";
import type { VerifyRun } from "../../server/modules/audit/verify/report.ts";
import { verifyPack } from "../../server/modules/audit/verify/verify_pack.ts";
import { DomainError } from "../../server/platform/errors.ts";
import { readApprover } from "../admin/approver.ts";
import { type ExitCode, print, readOptions, StartError, UsageError } from "../command.ts";
import { openInput } from "../files/input.ts";
import { openOutput } from "../files/output.ts";
import { openOwnAudit, type OwnAudit } from "./own_audit.ts";
import { openPackFile } from "./pack_file.ts";
import { orInterrupted, orRecorded, showProgress, stopAtInterrupt } from "./verify_run.ts";

const HELP = `用法: yikatong audit archive --before <月份> --out <文件夹> --by <姓名> [选项]

把已经过完的月份逐月归档：先校验，再写成 audit-2026-05.zip（带 SM2 签名），重新读出核对后记入数据库。
已归档的月份跳过。归档不删除任何记录；归档文件请另外保管。

  --before <月份>    归档到这个月之前（UTC 月份，如 2026-11）
  --out <文件夹>     写到哪里，已有的文件不覆盖
  --by <姓名>        由谁经手
  --with-breaks      有断点、且断点已有签名的续链记录（audit continue）的月份也归档；断点写进归档
                     清单，以后校验这个归档总会指出，结论是“有断点”
  --config <文件>    平台的配置
  --progress         在标准错误上显示进度`;

export async function archive(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: {
      before: { type: "string" },
      out: { type: "string" },
      by: { type: "string" },
      "with-breaks": { type: "boolean" },
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
  const withBreaks = options["with-breaks"] ?? false;
  const run = { signal: interrupt.signal, onProgress: progress.report, withBreaks };
  await using own = await openOwnAudit(options.config);
  let count = 0;
  for (;;) {
    const month = await nextMonthToArchive(own, before);
    if (month === null) break;
    if (count === 0) await recordArchiveStarted(own, actor, before);
    const path = `${out}/audit-${month}.zip`;
    const { checked, fileDigest } = await orInterrupted(
      () =>
        orRecorded(() => writeMonth(own, { month, path, run }), {
          signal: interrupt.signal,
          record: (reason) => recordArchiveFailed(own, actor, { month, reason }),
        }),
      `${month} 没有归档，之前写好的归档完好；再次执行会接着做`,
    );
    await recordArchive(own, actor, { checked, fileDigest });
    progress.end();
    print(`${path}  ${checked.manifest.events} 条  SM3 ${fileDigest.toHex()}`);
    for (const fault of checked.faults) print(`  清单写明：${faultText(fault)}`);
    count += 1;
  }
  if (count === 0) print("没有要归档的月份");
  return 0;
}

interface ArchiveRun extends VerifyRun {
  readonly withBreaks: boolean;
}

async function writeMonth(
  own: OwnAudit,
  { month, path, run }: {
    readonly month: string;
    readonly path: string;
    readonly run: ArchiveRun;
  },
): Promise<{ readonly checked: CheckedMonth; readonly fileDigest: Uint8Array }> {
  await requireAbsent(path);
  const checked = await told(() => checkMonth(own, month, run));
  await writeZip(path, checked, run.signal);
  return { checked, fileDigest: await checkFile(own, path, checked) };
}

const TOLD: Readonly<Record<string, string>> = {
  "audit.chain_broken":
    "没有归档：这个月的审计链有断点，没有续链记录说明它。先查明原因、保存数据库副本",
  "audit.break_named":
    "没有归档：这个月有断点，已有续链记录说明。确认后加 --with-breaks，断点写进归档清单：",
};

async function told<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof DomainError)) throw thrown;
    const text = TOLD[thrown.code];
    if (text === undefined) throw thrown;
    throw new StartError(`${text}\n${thrown.detail ?? ""}`, { cause: thrown });
  }
}

async function requireAbsent(path: string): Promise<void> {
  if (!await Deno.lstat(path).then(() => true, () => false)) return;
  throw new StartError(
    `"${path}" 已经存在，不覆盖。数据库里没有这个归档：若是上次中断留下的，移走它再执行`,
  );
}

/** Under its own name only when it is whole; nothing is left of one that is not. */
async function writeZip(path: string, checked: CheckedMonth, signal: AbortSignal): Promise<void> {
  using output = await openOutput({
    path,
    force: false,
    isPrivate: true,
    isBinary: true,
    stopsItself: true,
  });
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const zip = new ZipWriter(writable, { useWebWorkers: false });
  const zipping = (async () => {
    for await (const { name, content } of checked.files()) {
      signal.throwIfAborted();
      await zip.add(name, ReadableStream.from(content));
    }
    await zip.close();
  })().catch((thrown) => writable.abort(thrown).then(() => Promise.reject(thrown)));
  await Promise.all([zipping, output.fill(readable)]);
  await output.finish();
}

/** Read again from the disk: what cannot be checked later is no archive. */
async function checkFile(
  { provider }: OwnAudit,
  path: string,
  { faults }: CheckedMonth,
): Promise<Uint8Array> {
  using folder = await openPackFile(path);
  const report = await verifyPack({ provider, keys: await platformKeys(provider) }, folder, {
    anchors: new Map(),
    counterKey: null,
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  // A foreign event is archived as what it is, and a named fault is named.
  const known = new Set(faults.map(placeOf));
  const fault = report.faults.find((found) =>
    found.kind !== "inserted" && found.kind !== "named" && !known.has(placeOf(found))
  );
  if (fault) throw new StartError(`写好的归档核对不上，不要使用 "${path}"：${faultText(fault)}`);
  await using digest = provider.sm3Stream();
  return await digestOfFile(path, digest);
}

function placeOf({ stream, n, at }: Fault): string {
  return `${stream} ${n} ${at?.toISOString()}`;
}

export async function digestOfFile(path: string, digest: AsyncDigest): Promise<Uint8Array> {
  using input = await openInput(path);
  for await (const piece of input.pieces()) await digest.update(piece);
  return await digest.digest();
}
