import { listRoleEvidence, type RoleEvidence } from "../../access/evidence/read_access.ts";
import type { SecurityPolicy } from "../../access/policy/contract.ts";
import type { EvidenceSource } from "../evidence_source.ts";
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
        retentionDays: Math.min(person.retentionDays, program.retentionDays),
        factorDuties: person.secondFactor.requiredFor.length,
        restrictedAdministrators: ADMINISTRATORS.filter((duty) => isRestricted(roles, duty)).length,
      };
    },
  };
}

/** The hospital's own list of words nobody may use would help who guesses passwords. */
function withoutWords({ password, ...rest }: SecurityPolicy): object {
  const { ownWords, ...shown } = password;
  return { password: { ...shown, ownWordsCount: ownWords.length }, ...rest };
}

function isRestricted(roles: readonly RoleEvidence[], duty: string): boolean {
  const own = roles.filter((role) => role.duty === duty);
  return own.length > 0 && own.every(({ addresses }) => addresses !== null);
}
