import { openColumnSealer } from "../crypto/envelope.ts";
import { CryptoError } from "../crypto/errors.ts";
import type { KeyHandle, SelfTest, SmProvider } from "../crypto/provider.ts";
import type { ProviderReport } from "../crypto/providers/choose.ts";
import { type Config, loadConfig } from "../server/platform/config.ts";
import { reasonOf } from "../server/platform/errors.ts";
import { type ExitCode, print, readOptions, StartError } from "./command.ts";
import { openProvider, readKeyStore } from "./platform_keys.ts";

const HELP = `用法: yikatong doctor [--config <文件>]

上线前和故障时的体检：按配置打开密码提供者，对每个算法做已知答案自检，检查密钥库。
只读，不改动任何东西。退出码：0 可以启动（可能有警告），1 不能启动。`;

/** What was looked at, and what came of it. */
interface Finding {
  readonly state: "ok" | "warning" | "failed";
  readonly text: string;
}

const MARKS: Readonly<Record<Finding["state"], string>> = {
  ok: "正常",
  warning: "警告",
  failed: "失败",
};

export async function doctor(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, { help: HELP, options: { config: { type: "string" } } });
  if (!options) return 0;
  const config = await loadConfig(options.config === undefined ? {} : { file: options.config });
  const findings = await examineCrypto(config.crypto);
  for (const { state, text } of findings) print(`${MARKS[state]}  ${text}`);
  const count = (state: Finding["state"]) =>
    findings.filter((finding) => finding.state === state).length;
  print("");
  if (count("failed") > 0) {
    print(`结论：不能启动，${count("failed")} 项失败，${count("warning")} 项警告`);
    return 1;
  }
  print(`结论：可以启动，${count("warning")} 项警告`);
  return 0;
}

/** The provider is looked at even where the key store does not open: both may be wrong. */
async function examineCrypto(config: Config["crypto"]): Promise<Finding[]> {
  const stored = await attempt(() => readKeyStore(config));
  const chosen = await attempt(() => openProvider(config, stored.value ?? []));
  if (!chosen.value) return [...chosen.findings, ...stored.findings];
  await using opened = chosen.value;
  const { provider, report } = opened;
  return [
    ...reportFindings(report),
    ...custodyFindings(config, report),
    ...report.selfTests.map(testFinding),
    ...stored.findings,
    ...(await provider.listKeys()).map(keyFinding),
    ...(stored.value ? await sealerFindings(provider) : []),
  ];
}

async function sealerFindings(provider: SmProvider): Promise<Finding[]> {
  const sealer = await attempt(() => openColumnSealer({ provider }));
  return sealer.value ? [{ state: "ok", text: "个人信息列的密钥齐全" }] : [...sealer.findings];
}

/** What can be told to an operator becomes a finding; anything else is a fault of ours. */
async function attempt<Value>(
  action: () => Promise<Value>,
): Promise<{ readonly value: Value | null; readonly findings: readonly Finding[] }> {
  try {
    return { value: await action(), findings: [] };
  } catch (thrown) {
    if (!(thrown instanceof CryptoError || thrown instanceof StartError)) throw thrown;
    return { value: null, findings: [{ state: "failed", text: reasonOf(thrown) }] };
  }
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
