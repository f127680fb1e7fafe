import { fileReason } from "../files/reason.ts";
import { reasonOf } from "../../server/platform/errors.ts";
import type { TerminalConfig } from "../../terminal/config.ts";
import { freeBytes } from "../../terminal/heartbeat.ts";
import type { Journal } from "../../terminal/journal.ts";
import { keyFileOf, openTerminalKeys, type TerminalKeys } from "../terminal/key_file.ts";
import type { TerminalFinding } from "./finding.ts";

const DISK_FREE_BYTES_MIN = 1024 ** 3;
const UNSENT_EVENTS_MAX = 1_000;
const BYTES_PER_GIB = 1024 ** 3;

export async function checkDisk({ data_dir }: TerminalConfig): Promise<TerminalFinding> {
  const subject = "磁盘";
  try {
    const free = await freeBytes(data_dir);
    const isFull = free < DISK_FREE_BYTES_MIN;
    return {
      state: isFull ? "warning" : "ok",
      subject,
      text: `${data_dir} 剩余 ${(free / BYTES_PER_GIB).toFixed(1)} GiB`,
      remedy: isFull ? "清理磁盘：低于 1 GiB 时可能写不进日志，订单就不能开始" : "",
    };
  } catch (thrown) {
    const text = `${data_dir} 不能使用：${fileReason(thrown)}`;
    return {
      state: "failed",
      subject,
      text,
      remedy: "新装的终端先执行 yikatong terminal enrol；否则检查磁盘是否挂载",
    };
  }
}

export async function checkKeyFile(
  config: TerminalConfig,
): Promise<{ readonly findings: readonly TerminalFinding[]; readonly keys: TerminalKeys | null }> {
  const subject = "密钥文件";
  const path = keyFileOf(config);
  try {
    const keys = await openTerminalKeys(config);
    if (!keys) {
      const remedy = "执行 yikatong terminal enrol";
      return { findings: [{ state: "failed", subject, text: `没有 ${path}`, remedy }], keys };
    }
    return { findings: [await modeFinding(path), ...keyFindings(keys)], keys };
  } catch (thrown) {
    const finding = { state: "failed", subject, text: reasonOf(thrown), remedy: "" } as const;
    return { findings: [finding], keys: null };
  }
}

async function modeFinding(path: string): Promise<TerminalFinding> {
  const mode = (await Deno.stat(path)).mode ?? 0;
  const isOpen = (mode & 0o077) !== 0;
  return {
    state: isOpen ? "warning" : "ok",
    subject: "密钥文件",
    text: `${path}，权限 ${(mode & 0o777).toString(8)}`,
    remedy: isOpen ? `chmod 600 ${path}` : "",
  };
}

function keyFindings({ report, sources }: TerminalKeys): TerminalFinding[] {
  const failed = report.selfTests.filter(({ passed }) => !passed);
  const isBound = sources.length > 1;
  return [
    {
      state: isBound ? "ok" : "warning",
      subject: "密钥文件",
      text: `绑定 ${sources.join("、")}`,
      remedy: isBound
        ? ""
        : "读不到主板和网卡的标识：磁盘复制到另一台机器也能打开，只能靠平台发现副本后封锁",
    },
    {
      state: failed.length === 0 ? "ok" : "failed",
      subject: "密码算法",
      text: failed.length === 0
        ? `${report.chosen}，${report.selfTests.length} 项自检通过`
        : `${report.chosen} 自检失败：${failed.map(({ name }) => name).join("、")}`,
      remedy: failed.length === 0 ? "" : "恢复系统的 libcrypto，或设置 crypto.provider = portable",
    },
  ];
}

export function checkJournal(journal: Journal): TerminalFinding[] {
  const open = journal.openOrders().length;
  const unsent = journal.events.unsentCount;
  const isBehind = unsent > UNSENT_EVENTS_MAX;
  const isInside = journal.cards.isOneInside;
  return [
    {
      state: isBehind ? "warning" : "ok",
      subject: "日志",
      text: `未完成订单 ${open} 笔，待上传事件 ${unsent} 条`,
      remedy: isBehind ? "线路恢复后自动上传；长时间不减少时联系平台管理员" : "",
    },
    ...(isInside
      ? [
        {
          state: "warning",
          subject: "日志",
          text: "最后一次记录是卡在读卡器里",
          remedy: "启动终端程序会把它退出来；仍在里面时打开机柜取出，按吞卡登记",
        } as const,
      ]
      : []),
  ];
}
