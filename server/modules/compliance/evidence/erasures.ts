import { kindsWhere, type ReadTrailDeps } from "../../audit/evidence/read_trail.ts";
import type { EvidenceSource } from "../evidence_source.ts";
import { writeEvents } from "./event_rows.ts";

const ERASED = kindsWhere((_kind, id) =>
  id === "identity.person_erased" || id === "audit.deletion_done"
);

/** E-19: what was deleted from the database, by whom and why. */
export function erasuresSource(deps: ReadTrailDeps): EvidenceSource {
  return {
    id: "E-19",
    async collect(period, files) {
      const table = { name: "erasures", title: "个人信息和到期审计记录的删除" };
      return { erasures: await writeEvents(deps, { ...table, files, period, kinds: ERASED }) };
    },
  };
}
