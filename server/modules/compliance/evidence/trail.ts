import { kindsWhere, type ReadTrailDeps } from "../../audit/evidence/read_trail.ts";
import { listSignInFailures, type ReadAccessDeps } from "../../access/evidence/read_access.ts";
import type { EvidenceFiles } from "../evidence_files.ts";
import type { EvidenceSource } from "../evidence_source.ts";
import type { Period } from "../period.ts";
import { fieldOf, writeEvents } from "./event_rows.ts";
import { writeSignedIn } from "./sign_ins.ts";

export type TrailDeps = ReadTrailDeps & ReadAccessDeps;

/** Files that are a part of the trail: E-06, E-17, E-18, E-20, E-23. */
export function trailSources(deps: TrailDeps): EvidenceSource[] {
  return [
    privilegedSource(deps),
    alarmsSource(deps),
    personalAccessSource(deps),
    signInSource(deps),
    integritySource(deps),
  ];
}

/** Whose clauses are about administration: 8.1.5, and accounts and rights of 8.1.4.2. */
const PRIVILEGED = kindsWhere(({ clauses }) =>
  clauses.some((clause) => clause.startsWith("8.1.5.") || /^8\.1\.4\.2 [a-e]/.test(clause))
);

function privilegedSource(deps: ReadTrailDeps): EvidenceSource {
  return {
    id: "E-06",
    async collect(period, files) {
      const table = { name: "privileged-operations", title: "管理操作" };
      const kinds = PRIVILEGED;
      const where = { files, period };
      return {
        privilegedOperations: await writeEvents(deps, { ...table, ...where, kinds }),
        emergencyResets: await writeEmergencies(deps, where),
      };
    },
  };
}

const RESETS = kindsWhere((_kind, id) =>
  id === "access.password_reset" || id === "access.second_factor_reset"
);

/** Resets, and how many of them were made past the console. */
async function writeEmergencies(
  deps: ReadTrailDeps,
  where: { readonly files: EvidenceFiles; readonly period: Period },
): Promise<number> {
  let onShell = 0;
  await writeEvents(deps, {
    ...where,
    name: "resets",
    title: "口令和第二因素的重置（操作者类别为服务器命令行的是应急重置）",
    kinds: RESETS,
    onEvent({ actor_kind, result }) {
      if (actor_kind === "shell" && result === "succeeded") onShell++;
    },
  });
  return onShell;
}

const INTRUSION_CLAUSE = "8.1.4.4 f";
const ALARMS = kindsWhere(({ clauses, severity }) =>
  clauses.includes(INTRUSION_CLAUSE) || severity === "error"
);

function alarmsSource(deps: ReadTrailDeps): EvidenceSource {
  return {
    id: "E-17",
    async collect(period, files) {
      const table = { name: "alarms", title: "告警" };
      const alarms = await writeEvents(deps, { ...table, files, period, kinds: ALARMS });
      return { alarms, alarmKinds: ALARMS.length };
    },
  };
}

const PERSONAL = kindsWhere((_kind, id) => id.startsWith("identity.person_"));
const REVEALED = "identity.person_revealed";

function personalAccessSource(deps: ReadTrailDeps): EvidenceSource {
  return {
    id: "E-18",
    async collect(period, files) {
      const counts = { reveals: 0, revealsWithoutReason: 0 };
      await writeEvents(deps, {
        name: "personal-data-access",
        title: "个人信息访问",
        files,
        period,
        kinds: PERSONAL,
        onEvent(event) {
          if (event.kind !== REVEALED || event.result !== "succeeded") return;
          counts.reveals++;
          if (!fieldOf(event, "reason")) counts.revealsWithoutReason++;
        },
      });
      return counts;
    },
  };
}

const REFUSED = kindsWhere((_kind, id) => /^access\.(sign_in|program|sso)_refused$/.test(id));
const LOCKED = kindsWhere((_kind, id) => id === "access.sign_in_locked");
const ENDED = kindsWhere((_kind, id) => /^access\.session(s_ended|_ended|_misused)$/.test(id));

function signInSource(deps: TrailDeps): EvidenceSource {
  return {
    id: "E-20",
    async collect(period, files) {
      const where = { files, period };
      await writeCounters(deps, files);
      return {
        ...await writeSignedIn(deps, where),
        failedSignIns: await writeFailures(deps, where),
        lockouts: await writeEvents(deps, {
          ...where,
          name: "lockouts",
          title: "登录锁定",
          kinds: LOCKED,
        }),
        endedSessions: await writeEvents(deps, {
          ...where,
          name: "ended-sessions",
          title: "被结束的会话",
          kinds: ENDED,
        }),
      };
    },
  };
}

/** One event of a program stands for as many refusals as it counts. */
async function writeFailures(
  deps: ReadTrailDeps,
  where: { readonly files: EvidenceFiles; readonly period: Period },
): Promise<number> {
  let failures = 0;
  await writeEvents(deps, {
    ...where,
    name: "failures",
    title: "登录失败",
    kinds: REFUSED,
    onEvent(event) {
      failures += Number(fieldOf(event, "count") ?? 1);
    },
  });
  return failures;
}

/** What the lockout counts at present; times, so that it differs between packs of one period. */
async function writeCounters(deps: TrailDeps, files: EvidenceFiles): Promise<void> {
  const rows = await listSignInFailures(deps);
  await files.table({
    name: "counters",
    title: "当前计数与锁定",
    columns: ["对象", "账号", "连续失败次数", "最后失败时间", "锁定至"],
    rows: rows.map(({ kind, login, failures, last_failed_at, locked_until }) => [
      kind === "account" ? "账号" : "地址",
      login,
      failures,
      last_failed_at,
      locked_until,
    ]),
  });
}

const INTEGRITY = kindsWhere((_kind, id) => id.startsWith("platform.integrity_"));
const CHECKED = "platform.integrity_checked";

function integritySource(deps: ReadTrailDeps): EvidenceSource {
  return {
    id: "E-23",
    async collect(period, files) {
      // Each check goes over everything, so the last one says how it is.
      let last: { checkedRows: number; brokenRows: number } | Record<string, never> = {};
      await writeEvents(deps, {
        name: "integrity-checks",
        title: "数据完整性检查",
        files,
        period,
        kinds: INTEGRITY,
        onEvent(event) {
          if (event.kind !== CHECKED) return;
          last = {
            checkedRows: Number(fieldOf(event, "rows") ?? 0),
            brokenRows: Number(fieldOf(event, "broken") ?? 0),
          };
        },
      });
      return last;
    },
  };
}
