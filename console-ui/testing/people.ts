import type { AccountView } from "../../server/modules/access/accounts/contract.ts";
import type { SessionInfo } from "../../server/modules/access/sign_in/contract.ts";

export const START_MS = Date.UTC(2026, 10, 22, 9, 0, 0);

const START = new Date(START_MS).toISOString();

export const CITY_ID = "019a8f3e-5c00-7abc-8def-0123456789ab";

export const SYSTEM_SESSION: SessionInfo = {
  sessionId: "019a8f3e-5c00-7abc-8def-000000000001",
  accountId: "019a8f3e-5c00-7abc-8def-000000000002",
  login: "chen.wei",
  name: "陈伟",
  duty: "system",
  organisationId: CITY_ID,
  organisationName: "东莞市",
  factors: ["password", "totp"],
  signedInAt: START,
  confirmedAt: START,
  idleSecondsMax: 900,
  expiresAt: new Date(START_MS + 8 * 3_600_000).toISOString(),
  passwordExpiresAt: new Date(START_MS + 60 * 86_400_000).toISOString(),
  csrfToken: "csrf-1",
  permissions: [
    { permission: "organisation.read", title: "查看机构" },
    { permission: "organisation.change", title: "新增、修改、导入机构" },
    { permission: "account.read", title: "查看账号" },
    { permission: "account.change", title: "新增、修改、启停、注销账号，重置口令" },
    { permission: "rights.read", title: "查看角色、授权和申请" },
    { permission: "rights.request", title: "申请授予或收回权限" },
  ],
};

export const SECURITY_SESSION: SessionInfo = {
  ...SYSTEM_SESSION,
  accountId: "id-of-huang.min",
  login: "huang.min",
  name: "黄敏",
  duty: "security",
  permissions: [
    { permission: "organisation.read", title: "查看机构" },
    { permission: "account.read", title: "查看账号" },
    { permission: "rights.read", title: "查看角色、授权和申请" },
    { permission: "rights.approve", title: "审批权限申请" },
    { permission: "role.change", title: "新增、修改、删除角色" },
    { permission: "session.read", title: "查看在线会话" },
    { permission: "factor.reset", title: "清除他人的第二因素" },
  ],
};

export const BUSINESS_SESSION: SessionInfo = {
  ...SYSTEM_SESSION,
  login: "li.na",
  name: "李娜",
  duty: "business",
  organisationName: "莞城社区卫生服务中心",
  factors: ["password"],
  passwordExpiresAt: null,
  permissions: [],
};

export const ACCOUNTS: readonly AccountView[] = [
  account({ login: "chen.wei", name: "陈伟", duty: "system" }),
  account({ login: "huang.min", name: "黄敏", duty: "security", lastUsedAt: null }),
  account({ login: "li.na", name: "李娜", duty: "business", state: "disabled" }),
  account({ login: "report.agent", name: "报表程序", kind: "program", duty: "business" }),
  account({ login: "wu.hao", name: "吴浩", duty: "audit", state: "closed" }),
];

function account(given: Partial<AccountView> & Pick<AccountView, "login">): AccountView {
  return {
    id: `id-of-${given.login}`,
    kind: "person",
    name: given.login,
    organisation: { id: CITY_ID, name: "东莞市" },
    duty: "business",
    state: "enabled",
    disabledWhy: null,
    createdAt: START,
    expiresAt: null,
    lastUsedAt: START,
    version: "0123456789abcdef",
    ...given,
  };
}
