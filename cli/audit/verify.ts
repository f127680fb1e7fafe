import { publicKeyFromPem } from "../../crypto/keys.ts";
import type { SmProvider } from "../../crypto/provider.ts";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { SoftwareProvider } from "../../crypto/providers/software.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import { createAuditWriter } from "../../server/modules/audit/record_events.ts";
import { verifyAndRecord } from "../../server/modules/audit/verify/record_verify.ts";
import { openAuditTags } from "../../server/modules/audit/chain/audit_tags.ts";
import { KEY_FILE } from "../../server/modules/audit/pack_format.ts";
import {
  type KnownKeys,
  knownKeys,
  platformKeys,
} from "../../server/modules/audit/verify/known_keys.ts";
import type { VerifyReport, VerifyRun } from "../../server/modules/audit/verify/report.ts";
import { verifyDatabase } from "../../server/modules/audit/verify/verify_database.ts";
import { type PackFolder, verifyPack } from "../../server/modules/audit/verify/verify_pack.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { type Config, loadConfig } from "../../server/platform/config.ts";
import { complain, type ExitCode, readOptions, StartError, UsageError } from "../command.ts";
import { openConfigured } from "../database.ts";
import { readPublicKey } from "../key/key_files.ts";
import { openProvider, readKeyStore } from "../platform_keys.ts";
import { readAnchors } from "./anchors.ts";
import { openPackFile } from "./pack_file.ts";
import { tellReport } from "./tell_report.ts";
import { readTime } from "./times.ts";
import { showProgress, stopAtInterrupt } from "./verify_run.ts";

const HELP = `用法: yikatong audit verify [选项]

重新计算整条审计链：每条记录的标签和链接、每个检查点的签名，指出第一个断点。只留下
两条审计记录（开始、结论）；数据库角色只能读时不留，并说明。

  --config <文件>        平台的配置：从数据库校验
  --from <时间>          从这之前的当日首个检查点开始（北京时间，2026-11-01 或 "2026-11-01 08:00"）
  --to <时间>            到这之后的第一个检查点为止
  --no-tags              不重算标签（不需要密钥库，要有 --public-key）
  --pack <文件>          离线校验导出的证据包或归档文件（不需要配置、密钥和数据库）
  --public-key <文件>    平台审计签名的公钥（PEM）；校验包时请用另外取得的公钥
  --counter-key <文件>   第二方的公钥：同时验证它的会签
  --anchor <文件>        锚文件：发现整体删除、恢复成旧库
  --progress             在标准错误上显示进度（屏幕上默认显示）

没有锚文件和第二方会签时，同时掌握数据库和密钥的人可以重写全部历史而不被发现。
退出码：0 完好，1 有断点，2 用法不对，130 被 Ctrl-C 中断（已校验的部分完好）。`;

/** What a shell reports for a command that Ctrl-C ended. */
const INTERRUPTED = 130;

export async function verify(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: {
      config: { type: "string" },
      from: { type: "string" },
      to: { type: "string" },
      "no-tags": { type: "boolean" },
      pack: { type: "string" },
      "public-key": { type: "string" },
      "counter-key": { type: "string" },
      anchor: { type: "string" },
      progress: { type: "boolean" },
    },
  });
  if (!options) return 0;
  const { pack, anchor, "public-key": publicKey, "counter-key": counterKey } = options;
  const from = readTime(options.from);
  const to = readTime(options.to, true);
  if (pack !== undefined && (from || to || options["no-tags"] || options.config !== undefined)) {
    throw new UsageError("--pack 不和 --config、--from、--to、--no-tags 同用");
  }
  using progress = showProgress(options.progress ?? false);
  using interrupt = stopAtInterrupt();
  const job: Job = {
    from,
    to,
    anchors: await readAnchors(anchor),
    counterKey: counterKey === undefined ? null : await readPublicKey(counterKey),
    publicKey: publicKey === undefined ? null : await readPublicKey(publicKey),
    withTags: !options["no-tags"],
    signal: interrupt.signal,
    onProgress: progress.report,
  };
  const report = pack === undefined
    ? await verifyConfigured(options.config, job)
    : await verifyFile(pack, job);
  progress.end();
  tellReport(report, { ...job, isPack: pack !== undefined });
  if (report.verdict === "stopped") Deno.exit(INTERRUPTED);
  return report.verdict === "intact" ? 0 : 1;
}

interface Job extends VerifyRun {
  readonly from: Date | null;
  readonly to: Date | null;
  readonly anchors: ReadonlyMap<bigint, Uint8Array>;
  readonly counterKey: Uint8Array | null;
  readonly publicKey: Uint8Array | null;
  readonly withTags: boolean;
}

async function verifyFile(path: string, job: Job): Promise<VerifyReport> {
  using folder = await openPackFile(path);
  await using provider = keylessProvider();
  const keys = job.publicKey ? knownKeys([job.publicKey]) : await keysInside(folder, path);
  return await verifyPack({ provider, keys }, folder, job);
}

/** Digests and signatures of others need no key of ours. */
function keylessProvider(): SmProvider & AsyncDisposable {
  return new SoftwareProvider(portableEngine(), { name: "verify" });
}

const KEY_BYTES_MAX = 10_000;

async function keysInside(folder: PackFolder, path: string): Promise<KnownKeys> {
  const keys: Uint8Array[] = [];
  for (const name of folder.names.filter((name) => KEY_FILE.test(name))) {
    let text = "";
    for await (const piece of folder.read(name)) {
      text += new TextDecoder().decode(piece);
      if (text.length > KEY_BYTES_MAX) throw new StartError(`"${path}" 里的 ${name} 不是公钥`);
    }
    keys.push(publicKeyFromPem(text));
  }
  return knownKeys(keys);
}

/** Two events tell of it, unless the role may only read or there is no key to write them with. */
async function verifyConfigured(file: string | undefined, job: Job): Promise<VerifyReport> {
  const config = await loadConfig(file === undefined ? {} : { file });
  await using opened = await openConfigured(config, 2);
  if (!job.withTags) {
    if (!job.publicKey) throw new UsageError("--no-tags 要和 --public-key <公钥> 同用");
    await using provider = keylessProvider();
    const keys = knownKeys([job.publicKey]);
    const deps = { db: opened.db, clock: SYSTEM_CLOCK, provider, tags: null, keys };
    complain("这次校验没有记入审计记录：没有打开密钥库（--no-tags）");
    return await verifyDatabase(deps, job);
  }
  await using own = await openOwnKeys(config);
  const { provider } = own;
  const tags = await openAuditTags(provider);
  const keys = job.publicKey ? knownKeys([job.publicKey]) : await platformKeys(provider);
  const clock = SYSTEM_CLOCK;
  const audit = createAuditWriter({ clock, provider });
  const deps = { db: opened.db, clock, provider, tags, keys, audit };
  const { report, isRecorded } = await verifyAndRecord(deps, shellActor("audit verify"), job);
  if (!isRecorded) complain("这次校验没有记入审计记录：这个数据库角色只能读");
  return report;
}

async function openOwnKeys({ crypto }: Config) {
  return await openProvider(crypto, await readKeyStore(crypto));
}
