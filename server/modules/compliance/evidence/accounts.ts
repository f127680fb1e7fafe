import {
  type AccountEvidence,
  eachAccount,
  type ReadAccessDeps,
} from "../../access/evidence/read_access.ts";
import type { PolicyKind, SecurityPolicy } from "../../access/policy/contract.ts";
import type { CsvValue } from "../pack/csv.ts";
import type { EvidenceSource } from "../evidence_source.ts";
import type { KnownFacts } from "../facts.ts";
import { ageDays, type Period } from "../period.ts";

export interface AccountsDeps extends ReadAccessDeps {
  readonly policies: { get(kind: PolicyKind): Promise<SecurityPolicy> };
}

export const ADMINISTRATORS: readonly string[] = ["system", "security", "audit"];

function isOwnDuty(duty: string): duty is "system" | "security" | "audit" {
  return ADMINISTRATORS.includes(duty);
}

/** Logins that come with products, and that attackers try first. */
const DEFAULT_LOGIN =
  /^(admin(istrator)?|root|test\d*|guest|user|demo|default|sa|super(user|visor)?|system|public|oracle|postgres)$/;

const COLUMNS = [
  "登录名",
  "类别",
  "职责",
  "机构编码",
  "机构",
  "状态",
  "停用原因",
  "建立时间",
  "建立人",
  "到期时间",
  "最后使用",
  "口令更新时间",
  "一次性口令",
  "动态口令登记时间",
  "数字证书",
  "程序密钥",
  "判断",
];

/** E-01: every account with how it is authenticated; names of people stay sealed. */
export function accountsSource(deps: AccountsDeps): EvidenceSource {
  return {
    id: "E-01",
    async collect(period, files) {
      const policy = await deps.policies.get("person");
      const tally = new Tally(period, policy);
      async function* rows(): AsyncGenerator<CsvValue[]> {
        for await (const account of eachAccount(deps)) yield row(account, tally.take(account));
      }
      await files.table({ name: "accounts", title: "账号", columns: COLUMNS, rows: rows() });
      return tally.facts();
    },
  };
}

/** What stands against an account, in Chinese; and the figures over all. */
class Tally {
  readonly #period: Period;
  readonly #policy: SecurityPolicy;
  readonly #duties = new Set<string>();
  readonly #counts = {
    accounts: 0,
    enabledPersons: 0,
    administrators: 0,
    administratorsWithoutFactor: 0,
    systemAdministrators: 0,
    securityAdministrators: 0,
    auditAdministrators: 0,
    systemWithoutFactor: 0,
    securityWithoutFactor: 0,
    auditWithoutFactor: 0,
    personsWithoutFactor: 0,
    personsWithoutCredential: 0,
    passwordsOverdue: 0,
    unusedAccounts: 0,
    expiredAccounts: 0,
    defaultLogins: 0,
  };

  constructor(period: Period, policy: SecurityPolicy) {
    this.#period = period;
    this.#policy = policy;
  }

  take(account: AccountEvidence): string[] {
    const counts = this.#counts;
    const against: string[] = [];
    counts.accounts++;
    if (DEFAULT_LOGIN.test(account.login) && account.state !== "closed") {
      counts.defaultLogins++;
      against.push("默认登录名");
    }
    if (account.state !== "enabled") return against;
    against.push(...this.#ageing(account));
    if (account.kind === "person") against.push(...this.#factors(account));
    return against;
  }

  facts(): KnownFacts {
    return { ...this.#counts, duties: this.#duties.size };
  }

  #ageing(account: AccountEvidence): string[] {
    const against: string[] = [];
    const { until } = this.#period;
    if (account.expires_at !== null && account.expires_at < until) {
      this.#counts.expiredAccounts++;
      against.push("已到期仍启用");
    }
    const usedAt = account.last_used_at ?? account.created_at;
    if (ageDays(usedAt, this.#period) > this.#policy.inactivityDaysMax) {
      this.#counts.unusedAccounts++;
      against.push("长期未用仍启用");
    }
    return against;
  }

  #factors(account: AccountEvidence): string[] {
    const counts = this.#counts;
    const against: string[] = [];
    const isAdministrator = ADMINISTRATORS.includes(account.duty);
    const hasFactor = account.totp_enrolled_at !== null || account.certificates > 0;
    counts.enabledPersons++;
    if (isAdministrator) {
      counts.administrators++;
      this.#duties.add(account.duty);
    }
    if (isOwnDuty(account.duty)) {
      counts[`${account.duty}Administrators`]++;
      if (!hasFactor) counts[`${account.duty}WithoutFactor`]++;
    }
    if (!hasFactor) {
      counts.personsWithoutFactor++;
      if (isAdministrator) {
        counts.administratorsWithoutFactor++;
        against.push("管理员没有第二因素");
      }
    }
    const setAt = account.password_set_at;
    if (setAt === null && account.certificates === 0) {
      counts.personsWithoutCredential++;
      against.push("没有鉴别信息");
    }
    if (setAt && ageDays(setAt, this.#period) > this.#policy.password.ageDaysMax) {
      counts.passwordsOverdue++;
      against.push("口令超期");
    }
    return against;
  }
}

function row(account: AccountEvidence, against: readonly string[]): CsvValue[] {
  return [
    account.login,
    account.kind === "person" ? "人员" : "程序",
    DUTY_NAMES[account.duty] ?? account.duty,
    account.organisation_code,
    account.organisation_name,
    STATE_NAMES[account.state] ?? account.state,
    account.disabled_why,
    account.created_at,
    account.created_by,
    account.expires_at,
    account.last_used_at,
    account.password_set_at,
    account.is_one_time ?? false,
    account.totp_enrolled_at,
    account.certificates,
    account.programKeys,
    against.join("、"),
  ];
}

export const DUTY_NAMES: Readonly<Record<string, string>> = {
  system: "系统管理员",
  security: "安全管理员",
  audit: "审计管理员",
  business: "业务人员",
};

const STATE_NAMES: Readonly<Record<string, string>> = {
  enabled: "启用",
  disabled: "停用",
  closed: "注销",
};
