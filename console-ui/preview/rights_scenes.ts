import type { ImportError } from "../../server/modules/access/imports/contract.ts";
import type { StateDeed } from "../flows/accounts/account_deeds.ts";
import { shownPage } from "../testing/open_page.ts";
import { SECURITY_SESSION, SYSTEM_SESSION } from "../testing/people.ts";
import {
  accountOf,
  CENTRE,
  CITY,
  EXPLANATION,
  HOSTILE_NAMES,
  organisation,
  OWN_ROLE,
  REQUEST,
  ROLES,
  TOWN,
} from "../testing/rights.ts";
import { no, type Script, yes } from "../testing/scripted_port.ts";
import type { Stage } from "../testing/stage.ts";
import type { Scene } from "./scene.ts";

const AT_TOWN = `/console/organisations/${TOWN.id}`;
const AT_LI_NA = "/console/accounts/id-of-li.na";
const AT_EXPLANATION =
  `/console/rights-explanation?accountId=id-of-li.na&organisationId=${TOWN.id}`;
const BY_SECURITY: Script = { "GET /session": [yes(SECURITY_SESSION)] };
const DIGEST = "ab".repeat(32);
const REPORT = {
  digest: DIGEST,
  plan: DIGEST,
  rows: 34,
  created: 3,
  changed: 2,
  unchanged: 29,
  errors: [],
};

const ERRORS: readonly ImportError[] = Array.from({ length: 27 }, (_, at) => ({
  line: at + 2,
  column: at % 3 === 0 ? null : "上级编码",
  code: at % 3 === 0 ? "columns" : "missing_parent",
  message: at % 3 === 0 ? "列数与第一行不同" : `没有编码为“4419000${at}”的上级机构`,
}));

async function checkFile(stage: Stage): Promise<void> {
  const bytes = new Blob(["编码,名称\r\n"]);
  await shownPage(stage, "organisation-import")?.flow.check({ name: "机构.csv", bytes });
}

async function importFile(stage: Stage): Promise<void> {
  await checkFile(stage);
  await shownPage(stage, "organisation-import")?.flow.apply();
}

function importing(more: Script, act = checkFile): Scene {
  return { address: "/console/organisation-import", script: more, act };
}

function openDeed(deed: StateDeed): NonNullable<Scene["act"]> {
  return (stage) => shownPage(stage, "accounts")?.flow.deeds.openDeed(deed, accountOf("li.na"));
}

async function createAccount(stage: Stage): Promise<void> {
  const flow = shownPage(stage, "accounts")?.flow;
  flow?.deeds.openCreate();
  flow?.picker.choose({ id: TOWN.id, name: TOWN.name });
  await flow?.deeds.create({ login: "zhao.min", name: "赵敏" });
}

const HOSTILE_TREE = HOSTILE_NAMES.map((name, at) =>
  organisation({ id: `id-of-hostile-${at}`, name, staffPhone: name.slice(0, 32) })
);

export const RIGHTS_SCENES: Readonly<Record<string, Scene>> = {
  "organisations": { address: AT_TOWN },
  "organisations-none": { address: "/console/organisations" },
  "organisations-loading": {
    address: "/console/organisations",
    script: { "GET /organisations": ["never"] },
  },
  "organisations-failed": {
    address: "/console/organisations",
    script: { "GET /organisations": [no("platform.defect")] },
  },
  "organisation-not-found": {
    address: AT_TOWN,
    script: { "GET /organisations/{id}": [no("access.not_found")] },
  },
  "organisations-search": {
    address: "/console/organisations",
    act: async (stage) => {
      stage.port.script({ "GET /organisations": [yes({ organisations: [CENTRE], next: null })] });
      await shownPage(stage, "organisations")?.flow.tree.find("莞城");
    },
  },
  "organisations-search-none": {
    address: "/console/organisations",
    act: async (stage) => {
      stage.port.script({ "GET /organisations": [yes({ organisations: [], next: null })] });
      await shownPage(stage, "organisations")?.flow.tree.find("没有的");
    },
  },
  "organisations-read-only": { address: AT_TOWN, script: BY_SECURITY },
  "organisation-create": {
    address: AT_TOWN,
    act: (stage) => shownPage(stage, "organisations")?.flow.openCreate(TOWN),
  },
  "organisation-changed-meanwhile": {
    address: `/console/organisations/${CENTRE.id}`,
    script: {
      "GET /organisations/{id}": [yes(CENTRE)],
      "PATCH /organisations/{id}": [no("access.changed_meanwhile")],
    },
    act: async (stage) => {
      const flow = shownPage(stage, "organisations")?.flow;
      flow?.openChange(CENTRE);
      await flow?.change({ name: "新名称" });
    },
  },
  "organisations-hostile": {
    address: "/console/organisations/id-of-hostile-0",
    script: {
      "GET /organisations": [
        yes({ organisations: [CITY], next: null }),
        yes({ organisations: HOSTILE_TREE, next: null }),
      ],
      "GET /organisations/{id}": [yes(HOSTILE_TREE[4] ?? CITY)],
    },
  },
  "import": { address: "/console/organisation-import" },
  "terminal-import": {
    address: "/console/terminal-import",
    script: {
      "GET /session": [
        yes({
          ...SYSTEM_SESSION,
          permissions: [{ permission: "terminal.change", title: "登记、导入终端" }],
        }),
      ],
    },
  },
  "import-good": importing({ "POST /organisations/import/check": [yes(REPORT)] }),
  "import-errors": importing({
    "POST /organisations/import/check": [yes({ ...REPORT, errors: [...ERRORS] })],
  }),
  "import-differs": importing({
    "POST /organisations/import/check": [yes(REPORT)],
    "POST /organisations/import": [no("access.import_differs")],
  }, importFile),
  "import-unknown": importing({
    "POST /organisations/import/check": [yes(REPORT)],
    "POST /organisations/import": [no("console.outcome_unknown")],
  }, importFile),
  "import-done": importing({
    "POST /organisations/import/check": [yes(REPORT)],
    "POST /organisations/import": [yes(REPORT)],
  }, importFile),
  "account": { address: AT_LI_NA },
  "account-by-security": { address: AT_LI_NA, script: BY_SECURITY },
  "account-closed": {
    address: "/console/accounts/id-of-wu.hao",
    script: {
      "GET /accounts/{id}": [yes(accountOf("wu.hao"))],
      "GET /grants": [yes({ grants: [], next: null })],
    },
  },
  "account-failed": {
    address: AT_LI_NA,
    script: { "GET /accounts/{id}": [no("access.not_found")] },
  },
  "account-create": {
    address: "/console/accounts",
    act: (stage) => shownPage(stage, "accounts")?.flow.deeds.openCreate(),
  },
  "account-create-taken": {
    address: "/console/accounts",
    script: { "POST /accounts": [no("access.login_taken")] },
    act: createAccount,
  },
  "account-create-unknown": {
    address: "/console/accounts",
    script: { "POST /accounts": [no("console.outcome_unknown")] },
    act: createAccount,
  },
  "account-one-time-password": {
    address: "/console/accounts",
    script: {
      "POST /accounts": [
        yes({ account: accountOf("li.na"), oneTimePassword: "K7Q2-M9XA-3DFT-82KD" }),
      ],
    },
    act: createAccount,
  },
  "account-enable": { address: AT_LI_NA, act: openDeed("enable") },
  "account-close": { address: AT_LI_NA, act: openDeed("close") },
  "account-last-administrator": {
    address: "/console/accounts/id-of-chen.wei",
    script: {
      "GET /accounts/{id}": [yes(accountOf("chen.wei"))],
      "POST /accounts/{id}/disable": [no("access.last_administrator", "system")],
    },
    act: async (stage) => {
      const flow = shownPage(stage, "accounts")?.flow;
      flow?.deeds.openDeed("disable", accountOf("chen.wei"));
      await flow?.deeds.doDeed("离职");
    },
  },
  "accounts-hostile": {
    address: "/console/accounts",
    script: {
      "GET /accounts": [yes({
        accounts: HOSTILE_NAMES.map((name, at) => ({
          ...accountOf("li.na"),
          id: `id-${at}`,
          login: `hostile.${at}`,
          name,
          organisation: { id: CITY.id, name },
        })),
        next: null,
      })],
    },
  },
  "roles": { address: "/console/roles" },
  "roles-loading": { address: "/console/roles", script: { "GET /roles": ["never"] } },
  "roles-failed": { address: "/console/roles", script: { "GET /roles": [no("platform.defect")] } },
  "role": { address: `/console/roles/${OWN_ROLE.id}`, script: BY_SECURITY },
  "role-unknown": { address: "/console/roles/id-of-nothing" },
  "role-create": {
    address: "/console/roles",
    script: BY_SECURITY,
    act: (stage) => shownPage(stage, "roles")?.flow.openCreate(),
  },
  "role-change": {
    address: `/console/roles/${OWN_ROLE.id}`,
    script: BY_SECURITY,
    act: (stage) => shownPage(stage, "roles")?.flow.open("change", OWN_ROLE),
  },
  "role-remove-used": {
    address: `/console/roles/${OWN_ROLE.id}`,
    script: { ...BY_SECURITY, "DELETE /roles/{id}": [no("access.role_in_use")] },
    act: async (stage) => {
      const flow = shownPage(stage, "roles")?.flow;
      flow?.open("remove", OWN_ROLE);
      await flow?.remove();
    },
  },
  "roles-hostile": {
    address: "/console/roles",
    script: {
      "GET /roles": [
        yes({ roles: HOSTILE_NAMES.map((name, at) => ({ ...OWN_ROLE, id: `id-${at}`, name })) }),
      ],
    },
  },
  "requests": { address: "/console/rights-requests", script: BY_SECURITY },
  "requests-all": { address: "/console/rights-requests?view=all" },
  "requests-empty": {
    address: "/console/rights-requests",
    script: { "GET /rights-requests": [yes({ requests: [], next: null })] },
  },
  "request-decide": {
    address: "/console/rights-requests",
    script: {
      ...BY_SECURITY,
      "GET /rights-explanations": [yes({
        ...EXPLANATION,
        permissions: EXPLANATION.permissions.map((each) =>
          each.permission === "order.read"
            ? { ...each, held: false, grantIds: [], whyNot: "not_granted" as const }
            : each
        ),
      })],
    },
    act: async (stage) => await shownPage(stage, "rights-requests")?.flow.decision.look(REQUEST),
  },
  "request-own": {
    address: "/console/rights-requests",
    act: async (stage) => await shownPage(stage, "rights-requests")?.flow.decision.look(REQUEST),
  },
  "request-decided-meanwhile": {
    address: "/console/rights-requests",
    script: {
      ...BY_SECURITY,
      "POST /rights-requests/{id}/approve": [no("access.request_decided")],
    },
    act: async (stage) => {
      const flow = shownPage(stage, "rights-requests")?.flow.decision;
      await flow?.look(REQUEST);
      await flow?.approve("");
    },
  },
  "request-hostile": {
    address: "/console/rights-requests",
    script: BY_SECURITY,
    act: async (stage) => {
      const [name = "", image = "", , , long = ""] = HOSTILE_NAMES;
      await shownPage(stage, "rights-requests")?.flow.decision.look({
        ...REQUEST,
        role: { id: "id", name },
        organisation: { id: "id", name: long },
        reason: image + long,
      });
    },
  },
  "request-new": { address: "/console/rights-requests/new?accountId=id-of-li.na&login=li.na" },
  "request-new-pick-account": {
    address: "/console/rights-requests/new",
    act: (stage) => shownPage(stage, "rights-requests")?.flow.newRequest.accounts.open(),
  },
  "request-new-refused": {
    address: "/console/rights-requests/new?accountId=id-of-li.na&login=li.na",
    script: { "POST /rights-requests": [no("access.already_granted")] },
    act: async (stage) => {
      const flow = shownPage(stage, "rights-requests")?.flow.newRequest;
      flow?.organisations.choose({ id: TOWN.id, name: TOWN.name });
      await flow?.send({ roleId: ROLES[3]?.id ?? "", reason: "到岗" });
    },
  },
  "request-end": {
    address: "/console/rights-requests/new?accountId=id-of-li.na&grantId=id-of-grant",
  },
  "explanation-empty": { address: "/console/rights-explanation" },
  "explanation": { address: AT_EXPLANATION },
  "explanation-disabled": {
    address: AT_EXPLANATION,
    script: {
      "GET /rights-explanations": [yes({
        ...EXPLANATION,
        accountTrouble: "disabled",
        permissions: EXPLANATION.permissions.map((each) =>
          each.held ? { ...each, held: false, whyNot: "account" as const } : each
        ),
      })],
    },
  },
  "explanation-failed": {
    address: AT_EXPLANATION,
    script: { "GET /rights-explanations": [no("access.not_found")] },
  },
};
