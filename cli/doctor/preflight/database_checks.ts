import type { Config } from "../../../server/platform/config.ts";
import { lookAtDatabase } from "../../../server/platform/database_product/look.ts";
import { PROFILES } from "../../../server/platform/database_product/product.ts";
import { refusalsOf } from "../../../server/platform/database_product/refusals.ts";
import { openConfiguredServer } from "../../database.ts";
import { databaseTrouble } from "../../database_trouble.ts";
import type { TerminalFinding } from "../finding.ts";

const SUBJECT = "数据库";

/** Whether it is there, which product it is, and whether the platform may work on it. */
export async function databaseFindings(
  { database }: Pick<Config, "database">,
): Promise<TerminalFinding[]> {
  const { url, product } = database;
  if (url === undefined) {
    const text = "没有写 database.url：用内嵌数据库";
    const remedy = "内嵌数据库只用于演示；正式使用请写 PostgreSQL 系数据库的地址";
    return [{ state: "warning", subject: SUBJECT, text, remedy }];
  }
  const db = openConfiguredServer(database, url, 1);
  try {
    const look = await lookAtDatabase(db);
    const title = look.product === null ? look.version : PROFILES[look.product].title;
    const refusals = refusalsOf(look, product);
    if (refusals.length === 0) {
      const text = `${title} ${look.version}，编码 ${look.encoding}`;
      return [{ state: "ok", subject: SUBJECT, text, remedy: "" }];
    }
    return refusals.map((text) => ({ state: "failed", subject: SUBJECT, text, remedy: "" }));
  } catch (thrown) {
    const { message } = databaseTrouble(url, thrown);
    return [{ state: "failed", subject: SUBJECT, text: message, remedy: "改正后再检查" }];
  } finally {
    await db.destroy();
  }
}
