import { AUDIT_EVENTS } from "../catalogue.ts";
import { isAuditEventId } from "../event.ts";

/** 网络安全法 第二十三条 asks for six months; GB/T 22239-2019 8.1.5.4 d for what the law asks. */
const KEPT_DAYS_MIN = 184;
/** Of a kind that this version does not know. */
const KEPT_DAYS_UNKNOWN = 3_650;
const DAY_MS = 24 * 3_600_000;

/** What the security policy says; asked again whenever something is to go. */
export type PolicyDays = () => Promise<number>;

/** How long an event is kept: the law, the catalogue and the policy, whichever is longest. */
export function keptDays(kind: string, policyDays: number): number {
  const known = isAuditEventId(kind) ? AUDIT_EVENTS[kind].retentionDays : KEPT_DAYS_UNKNOWN;
  return Math.max(KEPT_DAYS_MIN, known, policyDays);
}

/** Of events of these kinds, the last of each at its time, when every one was kept long enough. */
export function keptUntil(
  last: readonly { readonly kind: string; readonly at: Date }[],
  { before, policyDays }: { readonly before: Date; readonly policyDays: number },
): Date {
  const times = last.map(({ kind, at }) => at.getTime() + keptDays(kind, policyDays) * DAY_MS);
  return new Date(
    times.reduce((most, time) => Math.max(most, time), policyEnd(before, policyDays)),
  );
}

/** A policy that became longer after a month was archived holds for that month too. */
export function laterOf(keepUntil: Date, before: Date, policyDays: number): Date {
  return new Date(Math.max(keepUntil.getTime(), policyEnd(before, policyDays)));
}

function policyEnd(before: Date, policyDays: number): number {
  return before.getTime() + Math.max(KEPT_DAYS_MIN, policyDays) * DAY_MS;
}
