import { SILENT_LOG } from "../../server/platform/log.ts";
import type { Service, TerminalSettings } from "../../server/modules/settings/contract.ts";
import { pauseFor } from "../../server/platform/pause.ts";
import { reasonOf } from "../../server/platform/errors.ts";
import type { TerminalConfig } from "../../terminal/config.ts";
import { LineClient } from "../../terminal/line/line_client.ts";
import { askPulse, askSettings } from "../../terminal/platform_calls.ts";
import { type PlatformAnswer, PlatformClient } from "../../terminal/platform_client.ts";
import type { OpenedTerminal } from "../terminal/opened_terminal.ts";
import type { TerminalFinding } from "./finding.ts";

const SLOW_PULSE_MS = 500;
const CLOCK_OFFSET_MS_MAX = 5_000;
const MS_PER_SECOND = 1_000;

/** Opens the line as the terminal does, asks the pulse and what this terminal may offer. */
export async function checkLine(
  config: TerminalConfig,
  opened: OpenedTerminal,
): Promise<TerminalFinding[]> {
  const { route, keys, journal, clock, enrolled } = opened;
  if (!enrolled) return enrolmentFindings(opened);
  const findings = [...enrolmentFindings(opened), ...transportFindings(config)];
  const troubles: string[] = [];
  const log = { ...SILENT_LOG, error: noteTrouble(troubles) };
  await using line = new LineClient({
    route,
    keys,
    enrolled,
    memory: journal.line,
    clock,
    log,
    note: () => {},
  });
  const client = new PlatformClient({
    options: { kind: "line", line },
    pause: pauseFor,
    log,
    tell: () => {},
  });
  // The first one opens the session; the second one is what a call takes.
  const opening = await client.call({ ...askPulse(), waitMsMax: 15_000 });
  if (opening.kind !== "answered") {
    const why = opening.kind === "problem" ? opening.problem.code : opening.reason;
    return [...findings, refusedFinding(troubles.at(-1) ?? why)];
  }
  return [...findings, ...await pulseFindings(client), ...clockFindings(clock.offsetMs)];
}

export function enrolmentFindings(
  { enrolled }: Pick<OpenedTerminal, "enrolled">,
): TerminalFinding[] {
  const subject = "注册";
  if (enrolled) {
    return [{ state: "ok", subject, text: `终端 id ${enrolled.terminalId}`, remedy: "" }];
  }
  return [{
    state: "failed",
    subject,
    text: "终端没有注册，或密钥文件、终端编号不是注册时的那个",
    remedy: "执行 yikatong terminal enrol，把注册码报给平台管理员",
  }];
}

function transportFindings({ platform: { url } }: TerminalConfig): TerminalFinding[] {
  const isLocal = /^http:\/\/(127\.0\.0\.1|localhost)[:/]?/.test(url);
  if (!url.startsWith("http://") || isLocal) return [];
  return [{
    state: "warning",
    subject: "线路",
    text: `平台地址 ${url} 没有 TLS；请求有签名和加密，地址和次数看得见`,
    remedy: "平台前面配好 TLS，platform.url 改用 https",
  }];
}

function noteTrouble(troubles: string[]) {
  return (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
    troubles.push(String(fields.reason ?? message));
  };
}

const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/key_revoked|key_blocked/, "平台停用了本机密钥：执行 yikatong terminal enrol --again 重新注册"],
  [
    /wrong_platform_key|not the enrolled/,
    "平台换了密钥或不是注册时的平台：核对 platform.url，重新注册",
  ],
  [/old_generation/, "数据目录被恢复成了旧的备份：执行 yikatong terminal enrol --again 重新注册"],
  [/clock_skew/, "本机时钟差得太多：校准系统时间"],
  [/certificate|tls/i, "平台证书不受信任：在配置的 platform.ca_file 写上签发机构的证书"],
];

function refusedFinding(why: string): TerminalFinding {
  const known = REMEDIES.find(([pattern]) => pattern.test(why))?.[1];
  return {
    state: "failed",
    subject: "线路",
    text: `打不开：${why}`,
    remedy: known ?? "检查网线、网关、DNS 和 platform.url；平台管理员查看平台是否在运行",
  };
}

async function pulseFindings(client: PlatformClient): Promise<TerminalFinding[]> {
  const began = performance.now();
  await client.call(askPulse());
  const tookMs = Math.round(performance.now() - began);
  const settings = await client.call(askSettings());
  const isSlow = tookMs > SLOW_PULSE_MS;
  const line: TerminalFinding = {
    state: isSlow ? "warning" : "ok",
    subject: "线路",
    text: `签名会话已建立，一次往返 ${tookMs} 毫秒`,
    remedy: isSlow ? "网络太慢：检查交换机、无线信号和专线" : "",
  };
  return [line, servicesFinding(settings)];
}

const SERVICE_NAMES: Readonly<Record<Service, string>> = {
  pay: "缴费",
  register: "挂号",
  inpatient: "住院",
};

function servicesFinding(settings: PlatformAnswer<TerminalSettings>): TerminalFinding {
  const subject = "交易功能";
  if (settings.kind !== "answered") {
    const why = settings.kind === "problem" ? settings.problem.code : settings.reason;
    return { state: "failed", subject, text: `平台不给设置：${why}`, remedy: "联系平台管理员" };
  }
  const { terminal, services, institution } = settings.value;
  const open = services.filter((service) => service.open).map(({ service }) =>
    SERVICE_NAMES[service]
  );
  const isUsable = !terminal.suspended && open.length > 0;
  return {
    state: isUsable ? "ok" : "warning",
    subject,
    text:
      `${institution.name}，终端 ${terminal.number}${terminal.suspended ? "（暂停服务）" : ""}，` +
      `开放：${open.join("、") || "无"}`,
    remedy: isUsable ? "" : "在平台上启用这台终端和它的服务，或在服务时间内再查",
  };
}

function clockFindings(offsetMs: number): TerminalFinding[] {
  const isWrong = Math.abs(offsetMs) > CLOCK_OFFSET_MS_MAX;
  return [{
    state: isWrong ? "warning" : "ok",
    subject: "时钟",
    text: `与平台相差 ${(offsetMs / MS_PER_SECOND).toFixed(1)} 秒${
      isWrong ? "（已按平台时间）" : ""
    }`,
    remedy: isWrong ? "配置 NTP；每次开机都不准时更换主板电池" : "",
  }];
}

/** Without a line nothing is opened: the running terminal would lose its own. */
export async function checkReachable(
  { platform: { url } }: TerminalConfig,
  { route }: Pick<OpenedTerminal, "route">,
): Promise<TerminalFinding> {
  try {
    const response = await route.fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    return {
      state: "ok",
      subject: "线路",
      text: `平台有应答（HTTP ${response.status}）`,
      remedy: "",
    };
  } catch (thrown) {
    return refusedFinding(reasonOf(thrown));
  }
}
