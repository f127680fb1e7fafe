import type { AuditFilter } from "../../../server/modules/audit/viewer/contract.ts";
import { dayStart } from "../../i18n/format.ts";

/** As the address and the form have it; the ID number is never part of an address. */
export type FilterFields = Readonly<Record<string, string>>;

/** What a press follows; the address keeps it beside the form's own fields. */
export const FOLLOWED = ["actorId", "patientId", "orderId", "terminalId", "objectId"] as const;

export type Followed = typeof FOLLOWED[number];

const SEVERITIES = ["info", "warning", "error"] as const;
const RESULTS = ["succeeded", "refused", "failed", "unknown"] as const;
const ACTOR_KINDS = ["user", "program", "terminal", "system", "shell", "nobody"] as const;
const PLAIN = ["organisationId", "text", ...FOLLOWED] as const;

const MODULE_MARK = "module:";
const DAY_MS = 86_400_000;

/** As a choice of the form: every kind of one module. */
export function wholeModule(module: string): string {
  return `${MODULE_MARK}${module}`;
}

/** What the platform is asked; words that are no choices are left out. */
export function filterOf(fields: FilterFields, patientIdNumber: string): AuditFilter {
  const { from = "", to = "", kind = "" } = fields;
  const severity = SEVERITIES.find((each) => each === fields["severity"]);
  const result = RESULTS.find((each) => each === fields["result"]);
  const actorKind = ACTOR_KINDS.find((each) => each === fields["actorKind"]);
  return {
    ...(isDay(from) && { from: dayStart(from).toISOString() }),
    ...(isDay(to) && { to: new Date(dayStart(to).getTime() + DAY_MS).toISOString() }),
    ...kindOf(kind),
    ...(severity && { severity }),
    ...(result && { result }),
    ...(actorKind && { actorKind }),
    ...Object.fromEntries(PLAIN.flatMap((name) => fields[name] ? [[name, fields[name]]] : [])),
    ...(patientIdNumber !== "" && { patientIdNumber }),
  };
}

function kindOf(kind: string): Pick<AuditFilter, "kinds" | "module"> {
  if (kind === "") return {};
  return kind.startsWith(MODULE_MARK)
    ? { module: kind.slice(MODULE_MARK.length) }
    : { kinds: [kind] };
}

/** Of an address that somebody typed. */
function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(dayStart(text).getTime());
}
