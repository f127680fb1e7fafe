import type { SecurityPolicy } from "../../server/modules/access/policy/contract.ts";
import type { ProgramKeyView } from "../../server/modules/access/programs/contract.ts";
import type { LockRow, SessionRow } from "../../server/modules/access/sign_in/contract.ts";
import type { ArchiveView } from "../../server/modules/audit/archive/contract.ts";
import type { CheckpointText } from "../../server/modules/audit/countersigning/contract.ts";
import type { VerifyRunView } from "../../server/modules/audit/verify_runs/contract.ts";
import type {
  AuditCatalogue,
  AuditEventView,
  ExportView,
} from "../../server/modules/audit/viewer/contract.ts";
import type { PackClauses, PackView } from "../../server/modules/compliance/contract.ts";
import type { IntegrityReply, SealsReply } from "../../server/protection/contract.ts";
import { CITY_ID, START_MS, SYSTEM_SESSION } from "./people.ts";
import { type Script, yes } from "./scripted_port.ts";

const DAY_MS = 86_400_000;
const DIGEST = "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b";

function at(days: number): string {
  return new Date(START_MS + days * DAY_MS).toISOString();
}

function idOf(number: number): string {
  return `019a8f3e-5c00-7abc-8def-${String(number).padStart(12, "0")}`;
}

const AUDIT_ID = idOf(31);

export const AUDIT_SESSION: typeof SYSTEM_SESSION = {
  ...SYSTEM_SESSION,
  accountId: AUDIT_ID,
  login: "zhou.ting",
  name: "周婷",
  duty: "audit",
  permissions: [
    { permission: "organisation.read", title: "查看机构" },
    { permission: "account.read", title: "查看账号" },
    { permission: "policy.read", title: "查看安全策略" },
    { permission: "session.read", title: "查看在线会话" },
    { permission: "integrity.read", title: "查看数据完整性和密钥状态" },
    { permission: "audit.read", title: "查询审计记录" },
    { permission: "audit.export", title: "导出审计记录和等保证据包" },
    { permission: "audit.delete", title: "申请、确认删除已归档的审计记录" },
    { permission: "audit.verify", title: "校验审计链" },
    { permission: "audit.countersign", title: "记入第二方对检查点的会签" },
  ],
};

export const GUARD_SESSION: typeof SYSTEM_SESSION = {
  ...SYSTEM_SESSION,
  accountId: idOf(32),
  login: "huang.min",
  name: "黄敏",
  duty: "security",
  permissions: [
    { permission: "policy.read", title: "查看安全策略" },
    { permission: "policy.change", title: "修改安全策略" },
    { permission: "session.read", title: "查看在线会话" },
    { permission: "session.end", title: "结束他人会话、解除锁定" },
    { permission: "integrity.read", title: "查看数据完整性和密钥状态" },
    { permission: "integrity.check", title: "检查数据完整性、重新加密" },
  ],
};

export const KEEPER_SESSION: typeof SYSTEM_SESSION = {
  ...SYSTEM_SESSION,
  permissions: [
    ...SYSTEM_SESSION.permissions,
    { permission: "program.change", title: "管理程序账号的密钥" },
  ],
};

export const ORDER_ID = idOf(71);
const PATIENT_ID = idOf(72);
const TERMINAL_ID = idOf(73);

export function auditEvent(given: Partial<AuditEventView> = {}): AuditEventView {
  return {
    id: idOf(1),
    at: at(0),
    kind: "access.signed_in",
    title: "登录成功",
    severity: "info",
    result: "succeeded",
    reason: null,
    organisationId: CITY_ID,
    organisationName: "东莞市",
    actor: {
      kind: "user",
      id: SYSTEM_SESSION.accountId,
      name: "chen.wei",
      sessionId: idOf(61),
      address: "10.20.3.4",
    },
    traceId: "4f1c9d2e7ab04c55",
    object: "session",
    objectId: idOf(61),
    terminalId: null,
    patientId: null,
    orderId: null,
    fields: [{ name: "factors", title: "验证方式", value: "password,totp" }],
    changes: [],
    ...given,
  };
}

export const POLICY_EVENT = auditEvent({
  id: idOf(2),
  kind: "access.policy_changed",
  title: "修改安全策略",
  severity: "warning",
  actor: {
    kind: "user",
    id: idOf(32),
    name: "huang.min",
    sessionId: idOf(62),
    address: "10.20.3.9",
  },
  object: "policy",
  objectId: "person",
  fields: [
    { name: "before", title: "修改前", value: '{"password.lengthMin":10}' },
    { name: "after", title: "修改后", value: '{"password.lengthMin":12}' },
  ],
  changes: [
    { name: "password.lengthMin", before: "10", after: "12" },
    { name: "session.idleMinutesMax", before: "15", after: "10" },
  ],
});

export const PAID_EVENT = auditEvent({
  id: idOf(3),
  kind: "checkout.order_paid",
  title: "订单收款完成",
  organisationName: "莞城社区卫生服务中心",
  actor: { kind: "terminal", id: TERMINAL_ID, name: "0001", sessionId: null, address: "10.8.0.17" },
  object: "order",
  objectId: ORDER_ID,
  orderId: ORDER_ID,
  patientId: PATIENT_ID,
  terminalId: TERMINAL_ID,
  fields: [{ name: "cashFen", title: "自付（分）", value: "3260" }],
});

const REFUSED_EVENT = auditEvent({
  id: idOf(4),
  kind: "access.sign_in_refused",
  title: "登录被拒绝",
  severity: "warning",
  result: "refused",
  reason: "wrong_password",
  organisationId: null,
  organisationName: null,
  actor: { kind: "nobody", id: null, name: "li.na", sessionId: null, address: "203.0.113.77" },
  objectId: null,
});

export const EVENTS: readonly AuditEventView[] = [
  auditEvent(),
  POLICY_EVENT,
  PAID_EVENT,
  REFUSED_EVENT,
];

export const SEARCHED = { from: at(-7), to: at(0) };

export const CATALOGUE: AuditCatalogue = {
  kinds: [
    kind("access.signed_in", "登录成功", ["8.1.4.1 a", "8.1.4.3 a"]),
    kind("access.policy_changed", "修改安全策略", ["8.1.4.3 b", "8.1.5.3 b"]),
    kind("access.sign_in_refused", "登录被拒绝", ["8.1.4.1 b"]),
    kind("checkout.order_paid", "订单收款完成", ["8.1.4.3 a"]),
  ],
};

function kind(id: string, title: string, clauses: string[]): AuditCatalogue["kinds"][number] {
  const module = id.slice(0, id.indexOf("."));
  const rest = { severity: "info", who: ["user"], object: "session", fields: [] } as const;
  return { ...rest, who: ["user"], fields: [], id, module, title, clauses, retentionDays: 1_095 };
}

export function exportView(given: Partial<ExportView> = {}): ExportView {
  return {
    id: idOf(81),
    form: "csv",
    ...SEARCHED,
    state: "waiting",
    rows: 0,
    progress: 0,
    digest: null,
    startedAt: at(0),
    expiresAt: at(1),
    ...given,
  };
}

export const DONE_EXPORT = exportView({
  state: "done",
  rows: 128_431,
  progress: 1,
  digest: DIGEST,
});

export function archive(given: Partial<ArchiveView> = {}): ArchiveView {
  return {
    month: "2026-02",
    events: 1_204_331,
    fileDigest: DIGEST,
    archivedAt: at(-200),
    keepUntil: at(-10),
    faults: [],
    deletion: null,
    droppedAt: null,
    ...given,
  };
}

const REQUESTED = {
  state: "requested",
  reason: "磁盘扩容前清理，归档已刻盘两份",
  requestedBy: idOf(33),
  requestedAt: at(-1),
  confirmedBy: null,
  confirmedAt: null,
} as const;

export const ARCHIVES: readonly ArchiveView[] = [
  archive({ month: "2026-04", keepUntil: at(40), faults: ["第 812,004 条之后缺少 3 条记录"] }),
  archive({ month: "2026-03" }),
  archive({ deletion: REQUESTED }),
  archive({ month: "2026-01", deletion: { ...REQUESTED, requestedBy: AUDIT_ID } }),
  archive({
    month: "2025-12",
    deletion: { ...REQUESTED, state: "done" },
    droppedAt: at(-3),
  }),
];

export function check(given: Partial<VerifyRunView> = {}): VerifyRunView {
  return {
    id: idOf(151),
    state: "done",
    from: null,
    to: null,
    requestedBy: "zhou.ting",
    requestedAt: at(-1),
    endedAt: at(0),
    links: 12_480_331,
    linksExpected: 12_480_331,
    checkpoints: 4_821,
    verdict: "intact",
    faults: [],
    ...given,
  };
}

const OPEN_CHECK = { endedAt: null, verdict: null, checkpoints: 0 } as const;

export const WAITING_CHECK = check({ ...OPEN_CHECK, id: idOf(152), state: "waiting", links: 0 });

export const RUNNING_CHECK = check({
  ...OPEN_CHECK,
  id: idOf(152),
  state: "running",
  links: 4_310_000,
});

export const BROKEN_CHECK = check({
  id: idOf(153),
  verdict: "broken",
  from: at(-30),
  to: at(-2),
  faults: [
    `内容被改：平台流，第 812004 条，事件 ${idOf(3)}，2026-11-20 09:14:02（北京时间），` +
    "标签与内容不符，数据库里的记录写入之后被改过",
    `被删除：机构流 ${idOf(73)}，第 1203 条，事件 ${idOf(4)}，链接还在，记录不在`,
    "检查点伪造：第 4700 号检查点，签名不是平台密钥的",
  ],
});

export const CHECKS: readonly VerifyRunView[] = [
  check(),
  BROKEN_CHECK,
  ...(["cancelled", "interrupted", "failed"] as const).map((state, number) =>
    check({ ...OPEN_CHECK, id: idOf(154 + number), state, endedAt: at(-3), links: 81_000 })
  ),
];

export const CHECKPOINT: CheckpointText = {
  number: 4_821,
  at: at(0),
  digest: DIGEST,
  body: [
    "yikatong-audit-checkpoint 1",
    "number 4821",
    `at ${at(0)}`,
    `previous ${DIGEST}`,
    `key ${DIGEST}`,
    "streams 37",
    `heads ${DIGEST}`,
    ...Array.from({ length: 12 }, (_, number) => `head ${idOf(200 + number)} ${number} ${DIGEST}`),
    "",
  ].join("\n"),
  countersignatures: [
    { party: "东莞市卫生健康局", fingerprint: DIGEST, recordedAt: at(0) },
  ],
};

export function pack(given: Partial<PackView> = {}): PackView {
  return {
    id: idOf(91),
    profile: "mlps3",
    from: "2026-08-24",
    to: "2026-11-22",
    state: "made",
    requestedBy: "zhou.ting",
    requestedAt: at(0),
    endedAt: at(0),
    expiresAt: at(7),
    progress: { doing: "完成", done: 42, total: 42, events: 128_431 },
    file: { name: "mlps3.zip", bytes: 7_340_032, digest: DIGEST, files: 96 },
    verdicts: { met: 31, partly: 6, unmet: 4, notApplicable: 3 },
    why: null,
    ...given,
  };
}

const UNMADE = { file: null, verdicts: null, expiresAt: null } as const;

export const RUNNING_PACK = pack({
  ...UNMADE,
  id: idOf(92),
  state: "running",
  endedAt: null,
  progress: { doing: "校验审计链", done: 17, total: 42, events: 40_000 },
});

export const PACKS: readonly PackView[] = [
  RUNNING_PACK,
  pack(),
  pack({
    ...UNMADE,
    id: idOf(93),
    state: "broken",
    why: "生成的进程中断了，请重新生成",
  }),
  pack({ ...UNMADE, id: idOf(94), state: "expired", from: "2026-01-01", to: "2026-06-30" }),
];

export const PACK_CLAUSES: PackClauses = {
  pack: pack(),
  clauses: [
    {
      id: "L3-CES1-01",
      number: "8.1.4.1 a",
      requirement:
        "应对登录的用户进行身份标识和鉴别，身份标识具有唯一性，身份鉴别信息具有复杂度要求并定期更换",
      verdict: "met",
      reasons: ["口令最短长度 10", "口令最长使用天数 90"],
      files: ["E-01-accounts.csv", "E-03-policies.csv"],
      reproduce: "控制台「安全策略」",
    },
    {
      id: "L3-CES1-14",
      number: "8.1.4.4 d",
      requirement: "应提供数据有效性检验功能，保证通过人机接口输入的内容符合系统设定要求",
      verdict: "partly",
      reasons: ["每个接口都按声明的结构校验输入，测评时请实测越界和畸形输入"],
      files: ["E-17/"],
      reproduce: "接口文档 /reference",
    },
    {
      id: "L3-CES1-27",
      number: "8.1.4.9 c",
      requirement: "应提供重要数据处理系统的热冗余，保证系统的高可用性",
      verdict: "unmet",
      reasons: ["缺少数据来源（source missing）：E-14 备份记录"],
      files: ["E-14/"],
      reproduce: "现场核查",
    },
    {
      id: "L3-PES1-01",
      number: "8.1.1.1 a",
      requirement: "机房场地应选择在具有防震、防风和防雨等能力的建筑内",
      verdict: "not_applicable",
      reasons: ["由建设单位现场核查"],
      files: [],
      reproduce: "现场核查",
    },
  ],
};

export const POLICY: SecurityPolicy = {
  password: {
    lengthMin: 10,
    classesMin: 3,
    history: 5,
    ageDaysMax: 90,
    oneTimeHoursMax: 24,
    ownWords: ["莞城社区", "dongguan"],
  },
  lockout: { failuresMax: 5, lockMinutes: 30, addressFailuresMax: 30 },
  session: { idleMinutesMax: 15, absoluteHoursMax: 12, concurrentMax: 2, endOnRightsChange: true },
  secondFactor: { requiredFor: ["system", "security", "audit"] },
  inactivityDaysMax: 90,
  retentionDays: 1_095,
  programKeyDaysMax: 366,
};

const POLICY_VIEWS = [
  {
    kind: "person",
    policy: POLICY,
    changedAt: at(-30),
    changedBy: "huang.min",
    version: 4,
    broken: false,
  },
  {
    kind: "program",
    policy: POLICY,
    changedAt: null,
    changedBy: null,
    version: 0,
    broken: false,
  },
] as const;

/** The form's fields as the policy has them. */
export function policyFields(
  change: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const numbers = { ...POLICY.password, ...POLICY.lockout, ...POLICY.session };
  const groups = { password: POLICY.password, lockout: POLICY.lockout, session: POLICY.session };
  const names = Object.entries(groups).flatMap(([group, values]) =>
    Object.keys(values).map((name) => [`${group}.${name}`, name] as const)
  );
  const plain = Object.entries(numbers);
  return {
    ...Object.fromEntries(names.map(([path, name]) => [
      path,
      String(plain.find(([each]) => each === name)?.[1]),
    ])),
    "password.ownWords": POLICY.password.ownWords.join("\n"),
    "session.endOnRightsChange": "yes",
    "secondFactor.business": "no",
    inactivityDaysMax: "90",
    retentionDays: "1095",
    programKeyDaysMax: "366",
    ...change,
  };
}

export const SESSIONS: readonly SessionRow[] = [
  sessionRow({ id: idOf(101), login: "huang.min", own: true }),
  sessionRow({ id: idOf(102), login: "chen.wei" }),
  sessionRow({ id: idOf(103), login: "li.na", factors: ["password"], agent: null, address: null }),
];

function sessionRow(given: Partial<SessionRow>): SessionRow {
  return {
    id: idOf(100),
    accountId: idOf(110),
    login: "",
    organisationId: CITY_ID,
    signedInAt: at(0),
    lastUsedAt: at(0),
    expiresAt: at(1),
    address: "10.20.3.4",
    agent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/80.0.3987.0 Safari/537.36",
    factors: ["password", "totp"],
    own: false,
    ...given,
  };
}

export const LOCKS: readonly LockRow[] = [
  {
    of: "account",
    name: "li.na",
    accountId: idOf(111),
    failures: 5,
    lastFailedAt: at(0),
    lockedUntil: new Date(START_MS + 1_800_000).toISOString(),
  },
  {
    of: "address",
    name: "203.0.113.77",
    accountId: null,
    failures: 12,
    lastFailedAt: at(0),
    lockedUntil: null,
  },
];

export function programKey(given: Partial<ProgramKeyView> = {}): ProgramKeyView {
  return {
    id: idOf(121),
    kind: "sm2",
    fingerprint: DIGEST,
    state: "active",
    createdAt: at(-100),
    expiresAt: at(12),
    expiresSoon: true,
    lastUsedAt: at(0),
    endedAt: null,
    endedWhy: null,
    ...given,
  };
}

export const KEYS: readonly ProgramKeyView[] = [
  programKey(),
  programKey({
    id: idOf(122),
    kind: "hmac",
    fingerprint: null,
    state: "ended",
    expiresSoon: false,
    endedAt: at(-3),
    endedWhy: "manual",
  }),
];

const RUN = {
  id: idOf(131),
  state: "running",
  version: null,
  table: "checkout_order",
  tablesDone: 6,
  tablesTotal: 14,
  rows: 1_284_310,
  broken: 0,
  startedBy: "huang.min",
  startedAt: at(0),
  changedAt: at(0),
  endedAt: null,
} as const;

export const CHECKING: IntegrityReply = { run: RUN, broken: [], alarms: [] };

export const CHECKED: IntegrityReply = {
  run: { ...RUN, state: "done", table: null, tablesDone: 14, endedAt: at(0) },
  broken: [],
  alarms: [],
};

export const FOUND_BROKEN: IntegrityReply = {
  run: { ...RUN, state: "done", table: null, tablesDone: 14, endedAt: at(0), broken: 2 },
  broken: [
    { table: "account_grant", rowId: idOf(141), why: "changed", foundAt: at(0) },
    { table: "payment_refund", rowId: idOf(142), why: "untagged", foundAt: at(0) },
  ],
  alarms: [{ table: "account_grant", rowId: idOf(141), foundAt: at(0) }],
};

export const SEALS: SealsReply = {
  newestVersion: 3,
  older: [{ table: "patient", rows: 182_001 }, { table: "payment_evidence", rows: 5_310 }],
  run: { ...RUN, state: "paused", version: 3, table: "patient", tablesDone: 0, tablesTotal: 12 },
};

/** A platform on which all of this goes well. */
export const GOOD_AUDIT: Script = {
  "GET /audit/catalogue": [yes(CATALOGUE)],
  "POST /audit/search": [yes({ events: [...EVENTS], next: idOf(4), ...SEARCHED })],
  "GET /audit/events/{id}": [yes(POLICY_EVENT)],
  "POST /audit/exports": [yes(exportView())],
  "GET /audit/exports/{id}": [
    yes(exportView({ state: "running", rows: 41_000, progress: 0.33 })),
    yes(DONE_EXPORT),
  ],
  "POST /audit/exports/{id}/cancel": [yes(null)],
  "GET /audit/chain": [yes({
    links: 12_480_331,
    streams: 37,
    unlinkedEvents: 0,
    lastCheckpoint: {
      number: 4_821,
      at: at(0),
      digest: DIGEST,
      countersignedBy: ["东莞市卫生健康局"],
    },
  })],
  "GET /audit/verifications": [yes({ runs: [...CHECKS], next: null })],
  "POST /audit/verifications": [yes(WAITING_CHECK)],
  "GET /audit/verifications/{id}": [yes(check())],
  "POST /audit/verifications/{id}/cancel": [
    yes(check({ ...OPEN_CHECK, id: idOf(152), state: "cancelled", endedAt: at(0) })),
  ],
  "GET /audit/checkpoints/{number}": [yes(CHECKPOINT)],
  "POST /audit/checkpoints/{number}/countersignatures": [yes(null)],
  "GET /audit/archives": [yes({ archives: [...ARCHIVES] })],
  "POST /audit/archives/{month}/deletion": [yes(null)],
  "POST /audit/archives/{month}/deletion/confirmation": [yes(null)],
  "POST /audit/archives/{month}/deletion/withdrawal": [yes(null)],
  "GET /compliance/packs": [yes({ packs: [...PACKS], next: null })],
  "POST /compliance/packs": [yes(RUNNING_PACK)],
  "POST /compliance/packs/{id}/cancel": [yes(pack({ ...UNMADE, state: "cancelled" }))],
  "GET /compliance/packs/{id}/clauses": [yes(PACK_CLAUSES)],
  "GET /compliance/packs/{id}/file": [yes(new Blob(["PK"]))],
  "GET /policies": [yes({ policies: [...POLICY_VIEWS] })],
  "POST /policies/{kind}": [yes({ ...POLICY_VIEWS[0], version: 5 })],
  "GET /sessions": [yes({ sessions: [...SESSIONS], next: null })],
  "POST /sessions/{id}/end": [yes(null)],
  "GET /locks": [yes({ locks: [...LOCKS] })],
  "POST /locks/end": [yes(null)],
  "GET /accounts/{id}/program-keys": [yes({ keys: [...KEYS] })],
  "POST /accounts/{id}/program-keys": [
    yes({ key: programKey({ kind: "hmac", fingerprint: null }), secret: "5e".repeat(32) }),
  ],
  "POST /accounts/{id}/program-keys/{keyId}/end": [yes(programKey({ state: "ended" }))],
  "GET /protection/seals": [yes(SEALS)],
  "POST /protection/seals": [yes(SEALS)],
  "GET /protection/integrity": [yes(CHECKED)],
  "POST /protection/integrity": [yes(CHECKING)],
};
