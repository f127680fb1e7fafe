import { openColumnSealer } from "../crypto/envelope.ts";
import { CryptoError } from "../crypto/errors.ts";
import type { KeyHandle, SelfTest, SmProvider } from "../crypto/provider.ts";
import type { ProviderReport } from "../crypto/providers/choose.ts";
import { openLineKeys } from "../server/modules/fleet/line/line_keys.ts";
import { SYSTEM_CLOCK } from "../server/platform/clock.ts";
import { type Config, loadConfig } from "../server/platform/config.ts";
import { reasonOf } from "../server/platform/errors.ts";
import { changeableTables } from "../server/platform/grants.ts";
import { AUDIT_WRITTEN_ONCE } from "../server/modules/audit/tables.ts";
import { type ExitCode, print, readOptions } from "./command.ts";
import { openConfigured } from "./database.ts";
import { cardKeyFindings, padFindings } from "./doctor/card_checks.ts";
import { serverFindings } from "./doctor/database_checks.ts";
import { type Finding, MARKS } from "./doctor/finding.ts";
import { releaseFindings } from "./doctor/release_checks.ts";
import {
  lineTroubleText,
  openProvider,
  readKeyStore,
  requireDatabaseKeys,
} from "./platform_keys.ts";

const HELP = `用法: yikatong doctor [--config <文件>]
      yikatong doctor --terminal [选项]
      yikatong doctor --preflight [选项]

上线前和故障时的体检：每个程序文件与签名的发布清单核对，按配置打开密码提供者，对每个算法做
已知答案自检，检查密钥库，并与 PostgreSQL 里记下的密钥核对（内嵌数据库只由运行中的进程打开，
不核对）。只读，不改动任何东西。
--terminal 体检一台自助机：程序文件、密钥文件、到平台的线路、时钟、磁盘、每个设备，并说明怎么办
（yikatong doctor --terminal --help）。--preflight 安装前检查机器（yikatong doctor --preflight --help）。
退出码：0 没有失败的项（可能有警告），1 有失败的项，不能启动。`;

export async function doctor(args: readonly string[]): Promise<ExitCode> {
  if (args.includes("--terminal")) {
    const { terminalDoctor } = await import("./doctor/terminal.ts");
    return await terminalDoctor(args.filter((arg) => arg !== "--terminal"));
  }
  if (args.includes("--preflight")) {
    const { preflight } = await import("./doctor/preflight/preflight.ts");
    return await preflight(args.filter((arg) => arg !== "--preflight"));
  }
  const options = readOptions(args, { help: HELP, options: { config: { type: "string" } } });
  if (!options) return 0;
  const config = await loadConfig(options.config === undefined ? {} : { file: options.config });
  const server = await serverFindings(config.database);
  const isUsable = server.every(({ state }) => state !== "failed");
  const findings = [
    ...await releaseFindings(config.release),
    ...server,
    ...await examineCrypto(config, { isUsable }),
  ];
  for (const { state, text } of findings) print(`${MARKS[state]}  ${text}`);
  const count = (state: Finding["state"]) =>
    findings.filter((finding) => finding.state === state).length;
  print("");
  if (count("failed") > 0) {
    print(`结论：不能启动，${count("failed")} 项失败，${count("warning")} 项警告`);
    return 1;
  }
  print(`结论：密码部分可以启动，${count("warning")} 项警告`);
  return 0;
}

/**
 * The provider is looked at even where the key store does not open: both may be wrong. `isUsable`
 * tells of the database: a password that was denied once is not tried again.
 */
async function examineCrypto(
  config: Config,
  { isUsable }: { readonly isUsable: boolean },
): Promise<Finding[]> {
  const stored = await attempt(() => readKeyStore(config.crypto));
  const chosen = await attempt(() => openProvider(config.crypto, stored.value ?? []));
  const files = await fileFindings(config.crypto);
  if (!chosen.value) return [...chosen.findings, ...stored.findings, ...files];
  await using opened = chosen.value;
  const { provider, report } = opened;
  const keys = (await provider.listKeys()).toSorted(byLabelAndVersion);
  return [
    ...reportFindings(report),
    ...custodyFindings(config.crypto, report),
    ...report.selfTests.map(testFinding),
    ...stored.findings,
    ...files,
    ...keys.map(keyFinding),
    ...(stored.value ? await lineFindings(provider, report) : []),
    ...(stored.value ? await cardKeysOf(config, provider) : []),
    ...(stored.value && isUsable ? await databaseFindings(config, provider) : []),
  ];
}

/** Who else can read or change what everything rests on. */
async function fileFindings(config: Config["crypto"]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const path of [config.key_store, config.key_store_password_file]) {
    const info = path === undefined ? null : await Deno.stat(path).catch(() => null);
    const mode = info?.mode ?? 0;
    if ((mode & 0o027) === 0) continue;
    findings.push({
      state: "warning",
      text: `"${path}" 的权限是 ${(mode & 0o777).toString(8)}：其他用户能读或同组能改，` +
        "应为 600（属主是平台的运行用户），或 640（平台按组读取）",
    });
  }
  return findings;
}

async function databaseFindings(config: Config, provider: SmProvider): Promise<Finding[]> {
  const sealer = await attempt(() => openColumnSealer({ provider }));
  if (!sealer.value) return [...sealer.findings];
  const { value } = sealer;
  if (config.database.url === undefined) {
    return [{ state: "ok", text: "个人信息列的密钥齐全（没有与内嵌数据库核对）" }];
  }
  const compared = await attempt(async () => {
    await using opened = await openConfigured(config, 1);
    const deps = { db: opened.db, clock: SYSTEM_CLOCK, sealer: value };
    return await requireDatabaseKeys(deps, { readOnly: true });
  });
  if (!compared.value) return [...compared.findings];
  return [
    { state: "ok", text: "密钥与数据库相符" },
    ...await roleFindings(config),
    ...await padsOf(config),
  ];
}

async function cardKeysOf(
  { card_host: host, crypto }: Config,
  provider: SmProvider,
): Promise<readonly Finding[]> {
  const masterLabel = host?.master_key ?? null;
  return await cardKeyFindings(provider, { masterLabel, isDevice: crypto.provider === "sdf" });
}

async function padsOf(config: Config): Promise<readonly Finding[]> {
  if (!config.card_host) return [];
  const asked = await attempt(async () => {
    await using opened = await openConfigured(config, 1);
    return await padFindings(opened.db);
  });
  return asked.value ?? asked.findings;
}

/** The audit trail is safe from the application only when its role cannot change it. */
async function roleFindings(config: Config): Promise<Finding[]> {
  const asked = await attempt(async () => {
    await using opened = await openConfigured(config, 1);
    return await changeableTables(opened.db, AUDIT_WRITTEN_ONCE);
  });
  if (!asked.value) return [...asked.findings];
  if (asked.value.length === 0) {
    return [{ state: "ok", text: "平台的数据库角色不能修改、删除审计记录" }];
  }
  return [{
    state: "warning",
    text: `平台的数据库角色能修改或删除审计记录（${asked.value.join("、")}）：建一个单独的角色，` +
      "由表的属主执行 yikatong migrate --grant-to <角色>，平台改用这个角色",
  }];
}

/** Terminals stay outside without these; all else goes on. */
async function lineFindings(provider: SmProvider, report: ProviderReport): Promise<Finding[]> {
  const line = await openLineKeys(provider);
  return "trouble" in line
    ? [{ state: "warning", text: lineTroubleText(line.trouble, report) }]
    : [{ state: "ok", text: "终端线路的密钥齐全" }];
}

/** A failure is a finding: the rest is looked at all the same. */
async function attempt<Value>(
  action: () => Promise<Value>,
): Promise<{ readonly value: Value | null; readonly findings: readonly Finding[] }> {
  try {
    return { value: await action(), findings: [] };
  } catch (thrown) {
    return { value: null, findings: [{ state: "failed", text: failureText(thrown) }] };
  }
}

const REMEDIES: Partial<Record<CryptoError["code"], string>> = {
  refused_library: "升级系统的 libcrypto，或设置 crypto.provider = portable",
  self_test_failed: "密码库算错了，不要启动：恢复系统的 libcrypto，或换一台机器",
  unavailable: "检查 crypto.library 的路径；不写时自动查找",
  not_supported: "密码设备或密码库做不了这项工作：检查 crypto.sdf_profile，或向厂商核对",
};

function failureText(thrown: unknown): string {
  if (!(thrown instanceof CryptoError)) return reasonOf(thrown);
  const remedy = REMEDIES[thrown.code];
  return `${thrown.code}：${thrown.message}${remedy === undefined ? "" : `。${remedy}`}`;
}

function byLabelAndVersion(left: KeyHandle, right: KeyHandle): number {
  return left.label < right.label
    ? -1
    : left.label > right.label
    ? 1
    : left.version - right.version;
}

function reportFindings({ choice, chosen, why, notes, warnings }: ProviderReport): Finding[] {
  return [
    { state: "ok", text: `密码提供者：${chosen}（配置 crypto.provider = ${choice}）` },
    ...why.map((text): Finding => ({ state: "ok", text: `选择依据：${text}` })),
    ...notes.map((text): Finding => ({ state: "ok", text: `说明：${text}` })),
    ...warnings.map((text): Finding => ({ state: "warning", text: `已知弱点：${text}` })),
  ];
}

/** What 密评 asks of keys in software, said before the assessor does. */
function custodyFindings(config: Config["crypto"], { hardware }: ProviderReport): Finding[] {
  if (hardware) return [];
  return [
    {
      state: "warning",
      text: "密钥在本进程内存中，软件实现不是经认证的商用密码产品；密评三级的私钥和主密钥应放入经" +
        "认证的密码设备（crypto.provider = sdf）",
    },
    {
      state: "warning",
      text: "软件 SM4 和 GHASH 按密钥查表，自带的 SM2 用大整数运算，耗时与密钥有关：同一台机器上" +
        "不要运行不可信的程序（docs/crypto.md）",
    },
    config.allow_software_private_keys
      ? {
        state: "warning",
        text: "crypto.allow_software_private_keys = true：允许 SM2 私钥在软件中使用",
      }
      : {
        state: "ok",
        text: "SM2 私钥不得在软件中使用（crypto.allow_software_private_keys = false）",
      },
  ];
}

function testFinding({ name, passed, detail }: SelfTest): Finding {
  return passed
    ? { state: "ok", text: `自检 ${name}` }
    : { state: "failed", text: `自检 ${name}：${detail}` };
}

function keyFinding({ label, version, algorithm, usage }: KeyHandle): Finding {
  return { state: "ok", text: `密钥 ${label} 第 ${version} 版（${algorithm}，${usage}）` };
}
