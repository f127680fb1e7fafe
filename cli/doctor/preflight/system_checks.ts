import type { TerminalFinding } from "../finding.ts";
import { isBefore } from "../../update/machine.ts";
import type { MachineFacts } from "./facts.ts";

const GLIBC_MIN = "2.27";
/** What the units need: `!` before a command, ProtectSystem=strict. */
const SYSTEMD_MIN = 232;
/** The oldest that a system of the list in docs/compatibility.md brings. */
const KERNEL_MIN = "4.19";

/** What no setting changes: a machine that fails here needs another system. */
export function systemFindings(facts: MachineFacts): TerminalFinding[] {
  return [osFinding(facts), glibcFinding(facts), kernelFinding(facts), systemdFinding(facts)];
}

const KNOWN: Readonly<Record<string, string>> = {
  kylin: "银河麒麟",
  uos: "统信 UOS",
  openEuler: "openEuler",
  debian: "Debian",
};

function osFinding({ os }: MachineFacts): TerminalFinding {
  const subject = "操作系统";
  const name = os.PRETTY_NAME ?? [os.NAME, os.VERSION ?? os.VERSION_ID].filter(Boolean).join(" ");
  if (name === "") {
    return { state: "warning", subject, text: "没有 /etc/os-release", remedy: "人工核对系统版本" };
  }
  const known = KNOWN[os.ID ?? ""];
  return {
    state: known === undefined ? "warning" : "ok",
    subject,
    text: known === undefined ? `${name}，不在适配清单里` : name,
    remedy: known === undefined ? "先在一台测试机上安装并执行 yikatong doctor" : "",
  };
}

function glibcFinding({ glibc, os }: MachineFacts): TerminalFinding {
  const subject = "glibc";
  if (glibc === "") {
    return { state: "warning", subject, text: "版本不明", remedy: "执行 ldd --version 核对" };
  }
  if (!isBefore(glibc, GLIBC_MIN)) return { state: "ok", subject, text: glibc, remedy: "" };
  return {
    state: "failed",
    subject,
    text: `${glibc}，低于 ${GLIBC_MIN}，程序不能启动`,
    remedy: os.ID === "kylin"
      ? "银河麒麟桌面 V10 要升级到 SP1（2107 及以后）"
      : "升级操作系统；glibc 不能单独升级",
  };
}

function kernelFinding({ kernel }: MachineFacts): TerminalFinding {
  const version = /^(\d+\.\d+)/.exec(kernel)?.[1] ?? "";
  const isOld = version === "" || isBefore(version, KERNEL_MIN);
  return {
    state: isOld ? "warning" : "ok",
    subject: "内核",
    text: kernel || "版本不明",
    remedy: isOld ? `早于 ${KERNEL_MIN} 的内核没有验证过：先在测试机上安装` : "",
  };
}

function systemdFinding({ systemd }: MachineFacts): TerminalFinding {
  const subject = "systemd";
  if (systemd === null) {
    const remedy = "服务由 systemd 管理；容器里请自行启动和看管 yikatong";
    return { state: "warning", subject, text: "没有", remedy };
  }
  const isOld = Number(systemd) < SYSTEMD_MIN;
  return {
    state: isOld ? "failed" : "ok",
    subject,
    text: systemd,
    remedy: isOld ? `要 ${SYSTEMD_MIN} 以上：升级操作系统` : "",
  };
}
