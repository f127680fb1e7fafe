import type { Kysely } from "kysely";
import type { EvidenceSource } from "../evidence_source.ts";
import { listSealedColumns } from "../store.ts";
import type { ComplianceTables } from "../tables.ts";
import { PERSONAL_FIELDS } from "./personal_fields.ts";

export interface PersonalDataDeps {
  readonly db: Kysely<ComplianceTables>;
}

/** E-10: every field with personal data, why it is there, and how the database keeps it now. */
export function personalDataSource({ db }: PersonalDataDeps): EvidenceSource {
  return {
    id: "E-10",
    async collect(_period, files) {
      const present = new Set(await listSealedColumns(db));
      const open = PERSONAL_FIELDS.filter(({ column }) => !present.has(column));
      await files.table({
        name: "personal-data",
        title: "个人信息清单",
        columns: ["字段", "内容", "目的", "依据", "保存期限", "存放方式"],
        rows: PERSONAL_FIELDS.map((field) => [
          field.column,
          field.what,
          field.purpose,
          field.basis,
          field.kept,
          open.includes(field) ? "未加密或不存在" : kindOf(field.column),
        ]),
      });
      const listed = new Set(PERSONAL_FIELDS.map(({ column }) => column));
      // Secrets of second factors say nothing about a person.
      const unlisted = [...present].filter((column) =>
        !listed.has(column) && !/secret_sealed$/.test(column)
      );
      await files.text(
        { name: "unlisted.txt", title: "数据库中有、清单没有说明的加密字段" },
        `${unlisted.join("\n") || "没有：数据库中的每个加密字段都在清单中。"}\n`,
      );
      return {
        personalFields: PERSONAL_FIELDS.length,
        openPersonalFields: open.length,
        unlistedPersonalFields: unlisted.length,
      };
    },
  };
}

function kindOf(column: string): string {
  return column.endsWith("_index") ? "HMAC-SM3 盲索引，不可还原" : "SM4-GCM 加密";
}
