import { listRoleEvidence, type RoleEvidence } from "../../access/evidence/read_access.ts";
import type { SecurityPolicy } from "../../access/policy/contract.ts";
import type { EvidenceSource } from "../evidence_source.ts";
import type { CsvValue } from "../pack/csv.ts";
import { type AccountsDeps, ADMINISTRATORS, DUTY_NAMES } from "./accounts.ts";

/** E-03: what holds for people and programs, and from where administrators may come. */
export function policiesSource(deps: AccountsDeps): EvidenceSource {
  return {
    id: "E-03",
    async collect(_period, files) {
      const person = await deps.policies.get("person");
      const program = await deps.policies.get("program");
      await files.json({ name: "policies", title: "安全策略（人员、程序账号）" }, {
        person: withoutWords(person),
        program: withoutWords(program),
      });
      await files.table({
        name: "policies-in-words",
        title: "安全策略（中文对照）",
        columns: ["策略", "人员", "程序账号"],
        rows: POLICY_ROWS.map(([title, read]) => [title, read(person), read(program)]),
      });
      const roles = await listRoleEvidence(deps);
      await files.table({
        name: "addresses",
        title: "角色的来源地址限制",
        columns: ["角色", "职责", "允许的地址范围"],
        rows: roles.map((
          { name, duty, addresses },
        ) => [name, DUTY_NAMES[duty] ?? duty, addresses?.join(" ") ?? "不限"]),
      });
      return {
        passwordLengthMin: person.password.lengthMin,
        passwordClassesMin: person.password.classesMin,
        passwordAgeDaysMax: person.password.ageDaysMax,
        failuresMax: person.lockout.failuresMax,
        idleMinutesMax: person.session.idleMinutesMax,
        inactivityDaysMax: person.inactivityDaysMax,
        retentionDays: Math.max(person.retentionDays, program.retentionDays),
        factorDuties: person.secondFactor.requiredFor.length,
        restrictedAdministrators: ADMINISTRATORS.filter((duty) => isRestricted(roles, duty)).length,
      };
    },
  };
}

const POLICY_ROWS: readonly (readonly [string, (policy: SecurityPolicy) => CsvValue])[] = [
  ["口令最短长度", ({ password }) => password.lengthMin],
  ["口令至少包含的字符种类", ({ password }) => password.classesMin],
  ["不得与最近几次口令相同", ({ password }) => password.history],
  ["口令最长使用天数", ({ password }) => password.ageDaysMax],
  ["一次性口令有效小时数", ({ password }) => password.oneTimeHoursMax],
  ["连续失败锁定次数", ({ lockout }) => lockout.failuresMax],
  ["锁定分钟数", ({ lockout }) => lockout.lockMinutes],
  ["同一地址失败锁定次数", ({ lockout }) => lockout.addressFailuresMax],
  ["空闲退出分钟数", ({ session }) => session.idleMinutesMax],
  ["会话最长小时数", ({ session }) => session.absoluteHoursMax],
  ["同时在线会话数", ({ session }) => session.concurrentMax],
  ["权限变更时结束会话", ({ session }) => session.endOnRightsChange],
  [
    "必须使用第二因素的职责",
    ({ secondFactor }) => secondFactor.requiredFor.map((duty) => DUTY_NAMES[duty]).join("、"),
  ],
  ["未使用停用天数", ({ inactivityDaysMax }) => inactivityDaysMax],
  ["审计留存天数", ({ retentionDays }) => retentionDays],
  ["程序密钥最长使用天数", ({ programKeyDaysMax }) => programKeyDaysMax],
];

/** The hospital's own list of words nobody may use would help who guesses passwords. */
function withoutWords({ password, ...rest }: SecurityPolicy): object {
  const { ownWords, ...shown } = password;
  return { password: { ...shown, ownWordsCount: ownWords.length }, ...rest };
}

function isRestricted(roles: readonly RoleEvidence[], duty: string): boolean {
  const own = roles.filter((role) => role.duty === duty);
  return own.length > 0 && own.every(({ addresses }) => addresses !== null);
}
