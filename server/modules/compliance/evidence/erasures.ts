import type { Kysely } from "kysely";
import { kindsWhere, type ReadTrailDeps } from "../../audit/evidence/read_trail.ts";
import { eachErasure } from "../../fleet/retire/each_erasure.ts";
import type { FleetTables } from "../../fleet/tables.ts";
import type { EvidenceSource } from "../evidence_source.ts";
import type { EvidenceFiles } from "../evidence_files.ts";
import type { KnownFacts } from "../facts.ts";
import type { Period } from "../period.ts";
import { writeEvents } from "./event_rows.ts";

const ERASED = kindsWhere((_kind, id) =>
  id === "identity.person_erased" || id === "audit.deletion_done"
);

type ErasuresDeps = ReadTrailDeps & { readonly db: Kysely<FleetTables> };

/** E-19: what was deleted from the database, by whom and why, and what became of terminals that went. */
export function erasuresSource(deps: ErasuresDeps): EvidenceSource {
  return {
    id: "E-19",
    async collect(period, files) {
      const table = { name: "erasures", title: "个人信息和到期审计记录的删除" };
      const erasures = await writeEvents(deps, { ...table, files, period, kinds: ERASED });
      return { erasures, ...await writeTerminals(deps, period, files) };
    },
  };
}

const METHODS: Readonly<Record<string, string>> = {
  overwrite_verify_unlink: "终端自行清除并签名",
  physically_destroyed: "存储已物理销毁（两人声明）",
  erased_by_other_means: "已用其他方法清除（两人声明）",
  lost: "遗失、被盗，没有清除（两人声明）",
};

async function writeTerminals(
  deps: ErasuresDeps,
  period: Period,
  files: EvidenceFiles,
): Promise<KnownFacts> {
  const counts = { eraseCertificates: 0, unwipedTerminals: 0 };
  const rows: (string | Date)[][] = [];
  for await (const terminal of eachErasure(deps, period)) {
    const { number, certificateId, method, operator, witness, recordedAt, platformKey } = terminal;
    counts.eraseCertificates++;
    if (method === "lost") counts.unwipedTerminals++;
    const title = `终端 ${number} 的撤机证明（平台会签）`;
    await files.inFolder({ name: `terminal-${certificateId}.json`, title }, one(terminal.signed));
    const told = METHODS[method] ?? method;
    rows.push([number, certificateId, told, recordedAt, operator, witness, platformKey]);
  }
  await files.table({
    name: "terminals",
    title: "撤走的终端",
    columns: ["终端编号", "证明编号", "方式", "登记时间", "经手人", "见证人", "会签公钥的 SM3"],
    rows,
  });
  return counts;
}

async function* one(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(new TextEncoder().encode(`${text}\n`));
}
