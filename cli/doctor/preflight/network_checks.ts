import { lookup } from "node:dns/promises";
import { reasonOf } from "../../../server/platform/errors.ts";
import type { TerminalFinding } from "../finding.ts";

const LOOKUP_MS_MAX = 5_000;
const ADDRESS = /^[\d.]+$|:/;

/** Names that the configuration needs, each asked once. */
export async function nameFindings(
  hosts: readonly string[],
  find: (host: string) => Promise<string> = findAddress,
): Promise<TerminalFinding[]> {
  const names = [...new Set(hosts)].filter((host) => !ADDRESS.test(host));
  return await Promise.all(names.map(async (host): Promise<TerminalFinding> => {
    const subject = "域名";
    try {
      return { state: "ok", subject, text: `${host} → ${await find(host)}`, remedy: "" };
    } catch (thrown) {
      return {
        state: "failed",
        subject,
        text: `${host} 解析不了（${reasonOf(thrown)}）`,
        remedy: "检查 /etc/resolv.conf 的 DNS 服务器，或在 /etc/hosts 里写明",
      };
    }
  }));
}

async function findAddress(host: string): Promise<string> {
  const late = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new Error("没有应答")), LOOKUP_MS_MAX);
    Deno.unrefTimer(timer);
  });
  return (await Promise.race([lookup(host), late])).address;
}

/** Taken by this program itself, where it is installed already: only a word of warning. */
export function portFinding(hostname: string, port: number): TerminalFinding {
  const subject = "端口";
  try {
    Deno.listen({ hostname, port }).close();
    return { state: "ok", subject, text: `${hostname}:${port} 空闲`, remedy: "" };
  } catch (thrown) {
    const isTaken = thrown instanceof Deno.errors.AddrInUse;
    return {
      state: "warning",
      subject,
      text: `${hostname}:${port} ${isTaken ? "已被占用" : `不能使用（${reasonOf(thrown)}）`}`,
      remedy: `执行 ss -ltnp 看是谁：不是正在运行的一卡通时，改配置里的端口或停掉它`,
    };
  }
}
