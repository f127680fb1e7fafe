import { VERDICT_NAMES } from "../../server/modules/compliance/clause.ts";
import { type Actor, shellActor } from "../../server/modules/audit/actor.ts";
import type { AuditEvent } from "../../server/modules/audit/event.ts";
import { evidencePacks } from "../../server/evidence_packs.ts";
import { makePack, type PackMade } from "../../server/modules/compliance/make_pack.ts";
import { evidenceSources } from "../../server/modules/compliance/evidence_sources.ts";
import { type Period, readPeriod } from "../../server/modules/compliance/period.ts";
import {
  packFailedEvent,
  packMadeEvent,
} from "../../server/modules/compliance/packs/ended_event.ts";
import type { RunPackDeps } from "../../server/modules/compliance/packs/run_pack.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { loadConfig } from "../../server/platform/config.ts";
import { DomainError } from "../../server/platform/errors.ts";
import { newId } from "../../server/platform/ids.ts";
import { SILENT_LOG } from "../../server/platform/log.ts";
import { wireServices } from "../../server/serve.ts";
import { complain, type ExitCode, printDone, readOptions, UsageError } from "../command.ts";
import { openConfigured } from "../database.ts";
import { openOutput } from "../files/output.ts";
import { openPlatformKeys } from "../platform_keys.ts";
import { orInterrupted, orRecorded, stopAtInterrupt } from "./verify_run.ts";

const NAME_CHARS_MAX = 64;

const HELP = `用法: yikatong audit export --from <日期> --to <日期> --out <文件> [选项]

从数据库生成等级保护（第三级）证据包：逐条款的结论、证据文件、目录（HTML、PDF、JSON、CSV），
每个文件的 SM3 摘要和 SM2 签名。不需要本产品，用 openssl 就能验证（见包内 README）。

  --profile <模板>   只有 mlps3（GB/T 22239-2019 第三级），可省略
  --from <日期>      证据期首日，2026-01-01（北京时间）
  --to <日期>        证据期末日，不晚于今天；至多 400 天
  --out <文件>       写到这个 ZIP 文件；"-" 为标准输出
  --force            覆盖已有的文件
  --by <姓名>        经手人，记入审计
  --progress         在标准错误上显示进度（屏幕上默认显示）
  --config <文件>    TOML 配置文件（也可用 YIKATONG_CONFIG）；环境变量优先

数据库未变时，同一证据期再次导出的包除签名外逐字节相同。`;

export async function exportPack(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: {
      profile: { type: "string" },
      from: { type: "string" },
      to: { type: "string" },
      out: { type: "string" },
      force: { type: "boolean" },
      by: { type: "string" },
      progress: { type: "boolean" },
      config: { type: "string" },
    },
  });
  if (!options) return 0;
  const wanted = readWanted(options);
  return await orInterrupted(() => makeFile(wanted, options), "没有写出证据包");
}

interface FileOptions {
  readonly force?: boolean | undefined;
  readonly progress?: boolean | undefined;
  readonly config?: string | undefined;
}

/** Throws DomainError `audit.stopped` after Ctrl-C. */
async function makeFile(wanted: Wanted, options: FileOptions): Promise<ExitCode> {
  using interrupt = stopAtInterrupt();
  using output = await openOutput({
    path: wanted.out,
    force: options.force ?? false,
    isPrivate: true,
    isBinary: true,
    stopsItself: true,
  });
  const config = await loadConfig(options.config === undefined ? {} : { file: options.config });
  await using opened = await openConfigured(config, 2);
  await using keys = await openPlatformKeys(config.crypto);
  const parts = { config, clock: SYSTEM_CLOCK, log: SILENT_LOG, insecureDevelopment: false };
  const { signal } = interrupt;
  const deps = evidencePacks(wireServices({ ...parts, ...keys, db: opened.db }, signal));
  const id = newId(SYSTEM_CLOCK.now());
  await recordStart(deps, id, wanted);
  const isShown = options.progress ?? Deno.stderr.isTerminal();
  const { made, digest } = await orRecorded(async () => {
    const written = await makeInto(deps, { period: wanted.period, output, isShown, signal });
    await output.finish();
    return written;
  }, {
    signal,
    record: (reason) => record(deps, wanted.actor, packFailedEvent(id, reason)),
  });
  await record(deps, wanted.actor, packMadeEvent(id, { digest, files: made.files }));
  if (wanted.out !== "-") printDone(summaryOf(made, { out: wanted.out, digest }), "摘要");
  return 0;
}

interface Wanted {
  readonly profile: "mlps3";
  readonly out: string;
  readonly period: Period;
  readonly actor: Actor;
}

function readWanted(options: {
  readonly profile?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly out?: string | undefined;
  readonly by?: string | undefined;
}): Wanted {
  const { profile = "mlps3", out } = options;
  if (profile !== "mlps3") throw new UsageError(`模板 "${profile}" 无效：只有 mlps3`);
  if (out === undefined) throw new UsageError("缺少 --out <文件>。加 --help 看说明。");
  const period = periodOf(options.from, options.to);
  return { profile, out, period, actor: shellActor(readName(options.by)) };
}

async function record(
  { db, audit }: RunPackDeps,
  actor: Actor,
  event: AuditEvent,
): Promise<void> {
  await db.transaction().execute((tx) => audit.record(tx, actor, [event]));
}

async function recordStart(
  deps: RunPackDeps,
  id: string,
  { profile, period, actor }: Wanted,
): Promise<void> {
  await record(deps, actor, {
    kind: "compliance.pack_started",
    result: "succeeded",
    objectId: id,
    fields: { profile, from: period.fromDay, to: period.toDay },
  });
}

/** The pack goes into the output while it is made; what is read is not longer than a block. */
async function makeInto(
  deps: RunPackDeps,
  { period, output, isShown, signal }: {
    readonly period: Period;
    readonly output: Awaited<ReturnType<typeof openOutput>>;
    readonly isShown: boolean;
    readonly signal: AbortSignal;
  },
): Promise<{ readonly made: PackMade; readonly digest: string }> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  await using digest = deps.provider.sm3Stream();
  async function* measured(): AsyncGenerator<Uint8Array> {
    for await (const piece of readable) {
      await digest.update(piece);
      yield piece;
    }
  }
  const making = makePack(
    { provider: deps.provider, sources: evidenceSources(deps, signal) },
    {
      profile: "mlps3",
      period,
      out: writable,
      signal,
      onProgress({ doing, done, total }) {
        if (isShown) complain(`${done + 1}/${total} ${doing}`);
        return Promise.resolve();
      },
    },
  );
  const [made] = await Promise.all([making, output.fill(measured())]);
  return { made, digest: (await digest.digest()).toHex() };
}

function periodOf(from: string | undefined, to: string | undefined): Period {
  if (from === undefined || to === undefined) {
    throw new UsageError("缺少 --from 和 --to <日期>。加 --help 看说明。");
  }
  try {
    return readPeriod({ from, to }, SYSTEM_CLOCK.now());
  } catch (thrown) {
    if (!(thrown instanceof DomainError)) throw thrown;
    throw new UsageError(`证据期不能用：${thrown.detail}`);
  }
}

/** On a shell whoever has the account is meant, unless somebody is named. */
function readName(by: string | undefined): string {
  const name = by?.trim() || `uid ${Deno.uid()}`;
  if (name.length <= NAME_CHARS_MAX) return name;
  throw new UsageError(`--by 的姓名太长：至多 ${NAME_CHARS_MAX} 个字`);
}

function summaryOf(
  { files, verdicts }: PackMade,
  { out, digest }: { readonly out: string; readonly digest: string },
): string[] {
  return [
    `证据包 ${out}：${files} 个文件`,
    `SM3 ${digest}`,
    VERDICTS_SHOWN.map((verdict) => `${VERDICT_NAMES[verdict]} ${verdicts[verdict]}`).join("，"),
  ];
}

const VERDICTS_SHOWN = ["met", "partly", "unmet", "not_applicable"] as const;
