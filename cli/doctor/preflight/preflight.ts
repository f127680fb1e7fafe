import { type Config, loadConfig } from "../../../server/platform/config.ts";
import { reasonOf } from "../../../server/platform/errors.ts";
import { loadTerminalConfig } from "../../../terminal/config.ts";
import { addressesIn } from "../../launch/addresses.ts";
import { type ExitCode, print, readOptions, UsageError } from "../../command.ts";
import type { TerminalFinding } from "../finding.ts";
import { findingLines } from "../table.ts";
import { browserFinding } from "./browser_checks.ts";
import { databaseFindings } from "./database_checks.ts";
import { type FactSources, gatherMachine, THIS_MACHINE } from "./facts.ts";
import { nameFindings, portFinding } from "./network_checks.ts";
import { processorFindings } from "./processor_checks.ts";
import { resourceFindings, type Role } from "./resource_checks.ts";
import { securityFindings } from "./security_checks.ts";
import { systemFindings } from "./system_checks.ts";

const HELP = `用法: yikatong doctor --preflight [选项]

安装前检查一台机器：操作系统、glibc、内核、systemd、处理器、内存页、KySec、时间同步、内存、磁盘；有
配置文件时还检查域名、端口、数据库（平台）和浏览器（自助机）。不改动任何东西。
glibc 太旧时程序自己也启动不了：安装包里的 preflight.sh 先检查这一项。
退出码：0 没有失败的项（可能有警告），1 有失败的项，不要安装。

  --role <角色>      server 平台（默认），terminal 自助机
  --config <文件>    要用的配置文件；不写时不检查域名、端口和数据库
  --json             输出 JSON
  --root <目录>      检查挂载在这里的另一个系统的文件（默认 /）`;

export async function preflight(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: {
      role: { type: "string" },
      config: { type: "string" },
      json: { type: "boolean" },
      root: { type: "string" },
    },
  });
  if (!options) return 0;
  const { config, json = false, root = "/" } = options;
  const role = readRole(options.role);
  const findings = await examineMachine({ ...THIS_MACHINE, root }, { role, config });
  const count = (state: TerminalFinding["state"]) =>
    findings.filter((finding) => finding.state === state).length;
  const [failed, warnings] = [count("failed"), count("warning")];
  if (json) print(JSON.stringify({ role, failed, warnings, findings }, null, 2));
  else {
    for (const line of findingLines(findings)) print(line);
    print("");
    print(
      failed > 0
        ? `结论：不要安装，${failed} 项失败，${warnings} 项警告`
        : `结论：可以安装，${warnings} 项警告`,
    );
  }
  return failed > 0 ? 1 : 0;
}

function readRole(text = "server"): Role {
  if (text === "server" || text === "terminal") return text;
  throw new UsageError(`--role "${text}" 无效：应为 server 或 terminal`);
}

export async function examineMachine(
  sources: FactSources,
  { role, config }: { readonly role: Role; readonly config: string | undefined },
): Promise<TerminalFinding[]> {
  const facts = await gatherMachine(sources);
  return [
    ...systemFindings(facts),
    ...processorFindings(facts),
    ...securityFindings(facts),
    ...resourceFindings(facts, role),
    ...(role === "terminal" ? [await browserFinding(sources.root)] : []),
    ...(config === undefined ? [] : await configuredFindings(role, config)),
  ];
}

async function configuredFindings(role: Role, file: string): Promise<TerminalFinding[]> {
  try {
    return role === "server"
      ? await platformFindings(await loadConfig({ file }))
      : await terminalFindings(file);
  } catch (thrown) {
    const text = reasonOf(thrown);
    return [{ state: "failed", subject: "配置", text, remedy: `改正 ${file}` }];
  }
}

async function platformFindings(config: Config): Promise<TerminalFinding[]> {
  return [
    ...await nameFindings(hostsIn(config)),
    portFinding(config.host, config.port),
    ...await databaseFindings(config),
  ];
}

async function terminalFindings(file: string): Promise<TerminalFinding[]> {
  const config = await loadTerminalConfig(file);
  return [...await nameFindings(hostsIn(config)), portFinding("127.0.0.1", config.port)];
}

function hostsIn(config: object): string[] {
  return addressesIn(config).filter((address) => !address.startsWith("unix:"))
    .map((address) => address.replace(/:\d+$/, "").replace(/^\[|\]$/g, ""));
}
