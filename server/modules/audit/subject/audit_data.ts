import type { Kysely } from "kysely";
import type { PersonalData } from "../../../platform/personal_data.ts";
import { AUDIT_EVENTS } from "../catalogue.ts";
import { isAuditEventId } from "../event.ts";
import type { AuditTables } from "../tables.ts";
import { selectEventsOfPatient } from "./store.ts";

const KEPT_WHY = "《网络安全法》第二十三条、《个人信息保护法》第五十六条：日志和处理情况记录留存";

/** What was done about the person: events name him by a number that leads to nobody once erased. */
export function auditData(
  { db }: { readonly db: Kysely<AuditTables> },
): PersonalData<AuditTables> {
  return {
    async collect({ patientId }) {
      const events = await selectEventsOfPatient(db, patientId);
      return [{
        name: "events",
        title: "与本人有关的审计记录",
        rows: events.map(({ at, kind, result, actor_kind }) => ({
          时间: at.toISOString(),
          事件: isAuditEventId(kind) ? AUDIT_EVENTS[kind].title : kind,
          结果: result,
          操作者类别: actor_kind,
        })),
      }];
    },
    async erase(tx, { patientId }) {
      const events = await selectEventsOfPatient(tx, patientId);
      return {
        erased: [],
        kept: [{ what: "审计记录（不含身份）", rows: events.length, why: KEPT_WHY }],
      };
    },
  };
}
