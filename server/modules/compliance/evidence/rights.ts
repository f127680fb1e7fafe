import {
  eachGrant,
  eachRequest,
  type ExclusivityEvidence,
  listPermissions,
  listRoleEvidence,
  type ReadAccessDeps,
  readExclusivity,
  type RoleEvidence,
} from "../../access/evidence/read_access.ts";
import type { EvidenceFiles } from "../evidence_files.ts";
import type { EvidenceSource } from "../evidence_source.ts";
import type { CsvValue } from "../pack/csv.ts";
import type { Period } from "../period.ts";
import { DUTY_NAMES } from "./accounts.ts";

/** E-02: who may do what, how it was given, and why nobody holds two administrators' duties. */
export function rightsSource(deps: ReadAccessDeps): EvidenceSource {
  return {
    id: "E-02",
    async collect(period, files) {
      const roles = await listRoleEvidence(deps);
      await writeMatrix(files, roles);
      const grants = await writeGrants(deps, files, period);
      await writeRequests(deps, files, period);
      const { constraints, counts, rules } = await readExclusivity(deps);
      await files.text(
        { name: "exclusivity.txt", title: "三权分立：约束与查询结果" },
        exclusivityText(constraints, counts),
      );
      return { roles: roles.length, grants, exclusivityRules: rules, ...counts };
    },
  };
}

async function writeMatrix(files: EvidenceFiles, roles: readonly RoleEvidence[]): Promise<void> {
  const permissions = listPermissions();
  await files.table({
    name: "role-matrix",
    title: "角色权限矩阵",
    columns: [
      "角色",
      "职责",
      "内置",
      "来源地址",
      ...permissions.map(({ id, title }) => `${title}（${id}）`),
    ],
    rows: roles.map((role) => [
      role.name,
      DUTY_NAMES[role.duty] ?? role.duty,
      role.builtin,
      role.addresses === null ? "不限" : role.addresses.join(" "),
      ...permissions.map(({ id }) => role.permissions.has(id) ? "√" : ""),
    ]),
  });
}

async function writeGrants(
  deps: ReadAccessDeps,
  files: EvidenceFiles,
  { until }: Period,
): Promise<number> {
  let live = 0;
  async function* rows(): AsyncGenerator<CsvValue[]> {
    for await (const grant of eachGrant(deps)) {
      const isLive = grant.ended_at === null &&
        (grant.expires_at === null || grant.expires_at >= until);
      if (isLive) live++;
      yield [
        grant.login,
        DUTY_NAMES[grant.account_duty] ?? grant.account_duty,
        grant.role_name,
        DUTY_NAMES[grant.role_duty] ?? grant.role_duty,
        grant.organisation_code,
        grant.organisation_name,
        grant.granted_at,
        grant.granted_by,
        grant.expires_at,
        grant.ended_at,
        grant.ended_by,
        isLive,
      ];
    }
  }
  await files.table({ name: "grants", title: "授权", columns: GRANT_COLUMNS, rows: rows() });
  return live;
}

const GRANT_COLUMNS = [
  "登录名",
  "账号职责",
  "角色",
  "角色职责",
  "机构编码",
  "机构",
  "授予时间",
  "授予人",
  "到期时间",
  "终止时间",
  "终止人",
  "有效",
];

async function writeRequests(
  deps: ReadAccessDeps,
  files: EvidenceFiles,
  period: Period,
): Promise<void> {
  async function* rows(): AsyncGenerator<CsvValue[]> {
    for await (const request of eachRequest(deps, period)) {
      yield [
        request.kind === "grant" ? "授予" : "收回",
        request.login,
        request.role_name,
        request.organisation_code,
        request.reason,
        request.requested_by,
        request.requested_at,
        STATE_NAMES[request.state] ?? request.state,
        request.decided_by,
        request.decided_at,
        request.note,
      ];
    }
  }
  await files.table({
    name: "requests",
    title: "权限申请与审批",
    columns: REQUEST_COLUMNS,
    rows: rows(),
  });
}

const REQUEST_COLUMNS = [
  "种类",
  "账号",
  "角色",
  "机构编码",
  "理由",
  "申请人",
  "申请时间",
  "状态",
  "审批人",
  "审批时间",
  "审批意见",
];

const STATE_NAMES: Readonly<Record<string, string>> = {
  waiting: "待审批",
  approved: "已批准",
  refused: "已驳回",
  withdrawn: "已撤回",
};

function exclusivityText(
  constraints: readonly string[],
  counts: ExclusivityEvidence["counts"],
): string {
  return [
    "三权分立（GB/T 22239-2019 8.1.4.2 d）：每个账号、每个角色只属于一种职责；授权的外键同时引用",
    "账号与角色的（id, duty），数据库因此拒绝任何跨职责的授权。",
    "",
    "一、数据库中现有的约束（information_schema）",
    ...constraints.map((line) => `  ${line}`),
    "",
    "二、查询结果（应全部为 0）",
    `  账号与角色职责不同的授权：${counts.grantsOfOtherDuty}`,
    `  授予人即受益人的授权：${counts.ownGrants}`,
    `  由申请人或受益人自己批准的申请：${counts.ownApprovals}`,
    `  不是由安全管理员授予的授权：${counts.grantsNotBySecurity}`,
    "",
    `三、已批准的申请共 ${counts.approvedRequests} 项；首批三员由命令行建立，没有授予人。`,
    "",
  ].join("\n");
}
