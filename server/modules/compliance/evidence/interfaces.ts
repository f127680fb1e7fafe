import type { EvidenceSource } from "../evidence_source.ts";
import type { EvidenceFiles } from "../evidence_files.ts";
import type { KnownFacts } from "../facts.ts";
import type { HostState, ReadHost } from "../host/host_state.ts";
import type { Installation, RouteLine } from "../installation.ts";

export interface InterfacesDeps {
  readonly installation: Installation;
  /** Every route of every API, as it is mounted. */
  readonly routes: () => readonly RouteLine[];
  readonly readHost: ReadHost;
}

const LOOPBACK = /^(127\.|::1$|localhost$|\[::1\]$)/;

const NEEDS_NAMES: Readonly<Record<string, string>> = {
  "": "未声明",
  own: "本人（已登录）",
  open: "公开（登录前、验签或健康检查）",
  terminal: "终端线路会话",
};

/** E-21: what can be reached here, under which permission, and whom the platform calls. */
export function interfacesSource(
  { installation, routes, readHost }: InterfacesDeps,
): EvidenceSource {
  return {
    id: "E-21",
    async collect(_period, files) {
      const { host, port, role, parties } = installation;
      const isOpen = role !== "worker" && !LOOPBACK.test(host);
      await files.table({
        name: "listeners",
        title: "监听地址",
        columns: ["地址", "端口", "角色", "仅回环"],
        rows: role === "worker" ? [] : [[host, port, role, !isOpen]],
      });
      const lines = routes();
      await files.table({
        name: "routes",
        title: "接口与权限",
        columns: ["接口组", "方法", "路径", "用途", "所需权限"],
        rows: lines.map(({ api, method, path, summary, needs }) => [
          api,
          method,
          path,
          summary,
          NEEDS_NAMES[needs ?? ""] ?? needs,
        ]),
      });
      const plain = parties.filter(({ origin }) => isPlain(origin));
      await files.table({
        name: "parties",
        title: "外部各方",
        columns: ["对方", "地址", "HTTPS 或本机"],
        rows: parties.map((party) => [party.title, party.origin, !plain.includes(party)]),
      });
      return {
        ...await writeHostPorts(await readHost(), files),
        routes: lines.length,
        openRoutes: lines.filter(({ needs }) => needs === "open").length,
        unguardedRoutes: lines.filter(({ needs }) => needs === null).length,
        parties: parties.length,
        plainParties: plain.length,
        openListeners: isOpen ? 1 : 0,
      };
    },
  };
}

/** Of the machine, at its time; nothing where it does not tell. */
async function writeHostPorts(
  { at, ports }: HostState,
  files: EvidenceFiles,
): Promise<KnownFacts> {
  if (!ports) return {};
  await files.table({
    name: "host-ports",
    title: "平台主机的监听端口（TCP）",
    columns: ["收集时间", "协议", "地址", "端口", "仅回环", "用户编号（uid）"],
    rows: ports.map(({ protocol, address, port, isLoopback, uid }) => [
      at,
      protocol,
      address,
      port,
      isLoopback,
      uid,
    ]),
  });
  const outsidePorts = ports.filter(({ isLoopback }) => !isLoopback).length;
  return { hostPorts: ports.length, outsidePorts };
}

function isPlain(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  return protocol !== "https:" && !LOOPBACK.test(hostname);
}
