import { eachClock, eachTerminal, type ReadFleetDeps } from "../../fleet/evidence/read_fleet.ts";
import { mapOrganisations, type ReadAccessDeps } from "../../access/evidence/read_access.ts";
import type { EvidenceFiles } from "../evidence_files.ts";
import type { EvidenceSource } from "../evidence_source.ts";
import type { KnownFacts } from "../facts.ts";
import type { HostState, ReadHost } from "../host/host_state.ts";
import type { CsvValue } from "../pack/csv.ts";

type TerminalsDeps = ReadFleetDeps & ReadAccessDeps;

/** E-15: every terminal with the key its line is bound to. */
export function terminalsSource(deps: TerminalsDeps): EvidenceSource {
  return {
    id: "E-15",
    async collect({ until }, files) {
      const counts = { terminalsWithoutKeys: 0, silentTerminals: 0 };
      const heardSince = until.getTime() - SILENT_MS_MAX;
      const places = await mapOrganisations(deps);
      async function* rows(): AsyncGenerator<CsvValue[]> {
        for await (const terminal of eachTerminal(deps)) {
          if (terminal.line !== "enrolled") counts.terminalsWithoutKeys++;
          if ((terminal.lastSeenAt?.getTime() ?? 0) < heardSince) counts.silentTerminals++;
          yield [
            terminal.number,
            places.get(terminal.institutionId) ?? terminal.institutionId,
            STATE_NAMES[terminal.state] ?? terminal.state,
            LINE_NAMES[terminal.line],
            terminal.fingerprint,
            terminal.version,
            terminal.lastSeenAt,
          ];
        }
      }
      const terminals = await files.table({
        name: "terminals",
        title: "终端",
        columns: ["终端编号", "机构", "状态", "线路", "密钥指纹", "程序版本", "最后心跳"],
        rows: rows(),
      });
      return { terminals, ...counts };
    },
  };
}

const SILENT_MS_MAX = 24 * 3_600_000;

const STATE_NAMES: Readonly<Record<string, string>> = {
  active: "在用",
  suspended: "停用",
  retired: "已撤机",
};

const LINE_NAMES = {
  none: "未注册",
  enrolled: "已注册",
  replaced: "已更换密钥",
  revoked: "已吊销",
  cloned: "发现复制，已封锁",
} as const;

/** What a signed line takes at most between the two clocks (`fleet/line/`). */
const CLOCK_APART_MS_MAX = 5 * 60_000;

/** E-16: how far each terminal's clock is from the platform's, and who keeps that one. */
export function clocksSource(
  deps: ReadFleetDeps & { readonly readHost: ReadHost },
): EvidenceSource {
  return {
    id: "E-16",
    async collect(_period, files) {
      const counts = { measuredClocks: 0, wrongClocks: 0 };
      async function* rows(): AsyncGenerator<CsvValue[]> {
        for await (const { number, at, receivedAt } of eachClock(deps)) {
          if (!at || !receivedAt) continue;
          const apartMs = at.getTime() - receivedAt.getTime();
          const isWrong = Math.abs(apartMs) > CLOCK_APART_MS_MAX;
          counts.measuredClocks++;
          if (isWrong) counts.wrongClocks++;
          yield [number, at, receivedAt, apartMs, !isWrong];
        }
      }
      await files.table({
        name: "clocks",
        title: "终端时钟偏差",
        columns: ["终端编号", "终端时间", "平台收到时间", "偏差（毫秒，含网络）", "在允许范围内"],
        rows: rows(),
      });
      return { ...counts, ...await writeTimeSync(await deps.readHost(), files) };
    },
  };
}

/** Nothing where the machine does not tell. */
async function writeTimeSync(
  { at, timeSync }: HostState,
  files: EvidenceFiles,
): Promise<KnownFacts> {
  if (!timeSync) return {};
  const { service, lastAt, isRecent } = timeSync;
  await files.table({
    name: "host-time",
    title: "平台主机的时间同步",
    columns: ["收集时间", "服务", "最后同步", "24 小时内"],
    rows: [[at, service, lastAt, isRecent]],
  });
  return { hostClocks: 1, hostClocksOutOfStep: isRecent ? 0 : 1 };
}
