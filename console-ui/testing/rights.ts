import type { OrganisationView } from "../../server/modules/access/organisations/contract.ts";
import type {
  GrantView,
  PermissionList,
  RightsExplanation,
  RightsRequestView,
  RoleView,
} from "../../server/modules/access/rights/contract.ts";
import { ACCOUNTS, CITY_ID, START_MS } from "./people.ts";
import { type Script, yes } from "./scripted_port.ts";

const START = new Date(START_MS).toISOString();

/** What every stored text may hold, and the page must only show. */
export const HOSTILE_NAMES = [
  "<script>document.title='!'</script>",
  '"><img src=x onerror="document.title=1">',
  "\u202Eedoc.exe\u202C 反写",
  "👩🏽‍⚕️🏥 社区 ❤️",
  "很长的名称".repeat(20),
  "AVeryLongNameWithoutAnySpaceToBreakAt".repeat(2),
] as const;

type OrganisationGiven = Partial<OrganisationView> & Pick<OrganisationView, "id" | "name">;

export function organisation(given: OrganisationGiven): OrganisationView {
  return {
    parentId: CITY_ID,
    kind: "town",
    type: null,
    code: "441900004",
    staffPhone: null,
    childCount: 0,
    above: [{ id: CITY_ID, name: "东莞市" }],
    version: "0123456789abcdef",
    ...given,
  };
}

export const CITY: OrganisationView = organisation({
  id: CITY_ID,
  name: "东莞市",
  parentId: null,
  kind: "city",
  code: "441900",
  childCount: 32,
  above: [],
});

export const TOWN: OrganisationView = organisation({
  id: "id-of-guancheng",
  name: "莞城街道",
  code: "441900004",
  childCount: 2,
});

export const CENTRE: OrganisationView = organisation({
  id: "id-of-centre",
  parentId: TOWN.id,
  kind: "centre",
  type: "community_health_centre",
  name: "莞城社区卫生服务中心",
  code: "H44190000123",
  staffPhone: "0769-22110000",
  childCount: 3,
  above: [{ id: CITY.id, name: CITY.name }, { id: TOWN.id, name: TOWN.name }],
});

export const TOWNS: readonly OrganisationView[] = [
  TOWN,
  ...["东城街道", "南城街道", "万江街道", "石碣镇", "石龙镇", "茶山镇"].map((name, at) =>
    organisation({ id: `id-of-town-${at}`, name, code: `44190000${at + 5}`, childCount: at })
  ),
];

export const ROLE: RoleView = {
  id: "id-of-manager",
  name: "机构负责人",
  duty: "business",
  builtin: true,
  permissions: ["organisation.read", "rights.request", "terminal.read", "order.read"],
  addresses: null,
  changedAt: START,
  version: "0123456789abcdef",
};

export const OWN_ROLE: RoleView = {
  ...ROLE,
  id: "id-of-desk",
  name: "导诊台",
  builtin: false,
  permissions: ["organisation.read", "terminal.read"],
  addresses: ["10.8.0.0/16", "10.9.4.0/24"],
};

export const ROLES: readonly RoleView[] = [
  { ...ROLE, id: "id-of-system", name: "系统管理员", duty: "system" },
  { ...ROLE, id: "id-of-security", name: "安全管理员", duty: "security" },
  { ...ROLE, id: "id-of-audit", name: "审计管理员", duty: "audit" },
  ROLE,
  OWN_ROLE,
];

const EVERYBODY: PermissionList["permissions"][number]["duties"] = [
  "system",
  "security",
  "audit",
  "business",
];

export const PERMISSION_LIST: PermissionList = {
  permissions: [
    { permission: "organisation.read", title: "查看机构", duties: EVERYBODY },
    { permission: "organisation.change", title: "新增、修改、导入机构", duties: ["system"] },
    { permission: "rights.request", title: "申请授予或收回权限", duties: ["system", "business"] },
    { permission: "terminal.read", title: "查看终端", duties: ["system", "audit", "business"] },
    { permission: "order.read", title: "查看订单和未入账款", duties: ["business"] },
    { permission: "person.read", title: "查询个人信息（掩码）", duties: ["business"] },
    { permission: "person.reveal", title: "查看个人信息明文", duties: ["business"] },
  ],
};

export const LI_NA = { id: "id-of-li.na", login: "li.na" } as const;
const CHEN = { id: "019a8f3e-5c00-7abc-8def-000000000002", login: "chen.wei" } as const;
const HUANG = { id: "id-of-huang.min", login: "huang.min" } as const;
const AT_TOWN = { id: TOWN.id, name: TOWN.name } as const;

export const GRANT: GrantView = {
  id: "id-of-grant",
  account: LI_NA,
  role: { id: ROLE.id, name: ROLE.name },
  organisation: AT_TOWN,
  grantedBy: HUANG,
  grantedAt: START,
  expiresAt: null,
  endedAt: null,
  endedBy: null,
};

export const REQUEST: RightsRequestView = {
  id: "id-of-request",
  kind: "grant",
  account: LI_NA,
  role: { id: ROLE.id, name: ROLE.name },
  organisation: AT_TOWN,
  grantId: null,
  grantExpiresAt: null,
  reason: "莞城街道新任负责人，2026 年 12 月到岗",
  requestedBy: CHEN,
  requestedAt: START,
  state: "waiting",
  decidedBy: null,
  decidedAt: null,
  note: null,
};

export const REQUESTS: readonly RightsRequestView[] = [
  REQUEST,
  {
    ...REQUEST,
    id: "id-of-end",
    kind: "end",
    grantId: GRANT.id,
    account: { id: "id-of-wu.hao", login: "wu.hao" },
    reason: "调离",
  },
  {
    ...REQUEST,
    id: "id-of-refused",
    state: "refused",
    decidedBy: HUANG,
    decidedAt: START,
    note: "请改为只在中心授予",
  },
];

export const EXPLANATION: RightsExplanation = {
  account: { ...LI_NA, duty: "business" },
  organisation: AT_TOWN,
  accountTrouble: null,
  grants: [
    {
      id: GRANT.id,
      role: GRANT.role,
      organisation: AT_TOWN,
      addresses: null,
      requestedBy: CHEN,
      approvedBy: HUANG,
      approvedAt: START,
      expiresAt: null,
      trouble: null,
    },
    {
      id: "id-of-old-grant",
      role: { id: "id-of-privacy", name: "个人信息保护专员" },
      organisation: { id: "id-of-town-1", name: "南城街道" },
      addresses: ["10.8.0.0/16"],
      requestedBy: CHEN,
      approvedBy: HUANG,
      approvedAt: START,
      expiresAt: "2027-06-30T15:59:59.000Z",
      trouble: "elsewhere",
    },
  ],
  permissions: PERMISSION_LIST.permissions.map(({ permission, title, duties }) => {
    const held = ROLE.permissions.includes(permission);
    if (held) return { permission, title, held, grantIds: [GRANT.id], whyNot: null };
    if (!duties.includes("business")) {
      return { permission, title, held, grantIds: [], whyNot: "duty" };
    }
    return { permission, title, held, grantIds: ["id-of-old-grant"], whyNot: "elsewhere" };
  }),
};

/** A platform on which all of this goes well. */
export const GOOD_RIGHTS: Script = {
  "GET /organisations": [
    yes({ organisations: [CITY], next: null }),
    yes({ organisations: [...TOWNS], next: "441900010" }),
    yes({ organisations: [CENTRE], next: null }),
  ],
  "GET /organisations/{id}": [yes(TOWN)],
  "GET /organisations/export": [yes("编码,名称\r\n441900,东莞市\r\n")],
  "GET /accounts": [yes({ accounts: [...ACCOUNTS], next: null })],
  "GET /accounts/{id}": [yes(accountOf("li.na"))],
  "GET /permissions": [yes(PERMISSION_LIST)],
  "GET /roles": [yes({ roles: [...ROLES] })],
  "GET /grants": [yes({ grants: [GRANT], next: null })],
  "GET /rights-requests": [yes({ requests: [...REQUESTS], next: null })],
  "GET /own-rights-requests": [yes({ requests: [REQUEST], next: null })],
  "GET /rights-request-choices": [yes({
    accounts: [{ ...LI_NA, duty: "business" }],
    roles: ROLES.map(({ id, name, duty }) => ({ id, name, duty })),
  })],
  "GET /rights-explanations": [yes(EXPLANATION)],
};

export function accountOf(login: string): typeof ACCOUNTS[number] {
  const found = ACCOUNTS.find((account) => account.login === login);
  if (!found) throw new RangeError(`Cannot find account "${login}" on the stage`);
  return found;
}
