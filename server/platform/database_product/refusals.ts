import type { DatabaseLook } from "./look.ts";
import { type DatabaseProduct, PROFILES } from "./product.ts";

/** The oldest that `prove:databases` has run on. */
const POSTGRESQL_MIN = 13;

/**
 * Why the platform must not work on this database; empty when it may. Whatever stands here would
 * not fail at once: it would store something else than it was given.
 */
export function refusalsOf(look: DatabaseLook, configured: DatabaseProduct): string[] {
  if (look.product === null) {
    return [
      `不认识这个数据库（${look.version}）：支持 PostgreSQL、openGauss、GaussDB、KingbaseES；` +
      "它们的其他衍生产品没有验证过，见 docs/databases.md",
    ];
  }
  const { title, emptyTextRemedy } = PROFILES[look.product];
  const refusals: string[] = [];
  if (look.product !== configured) {
    refusals.push(
      `配置 database.product = "${configured}"，而数据库是 ${title} ${look.version}：` +
        `改为 "${look.product}"`,
    );
  }
  if (look.product === "postgresql" && Number.parseInt(look.version, 10) < POSTGRESQL_MIN) {
    refusals.push(`PostgreSQL ${look.version} 太旧：应为 ${POSTGRESQL_MIN} 或更新`);
  }
  if (look.emptyTextIsNull) {
    refusals.push(
      `这个数据库把空字符串当作 NULL，会改变存进去的数据。新建一个数据库：${emptyTextRemedy}`,
    );
  }
  if (!look.saysTrue) {
    refusals.push(`这个数据库的布尔值不是 PostgreSQL 的写法。新建一个数据库：${emptyTextRemedy}`);
  }
  if (!/^utf-?8$/i.test(look.encoding)) {
    refusals.push(`数据库的编码是 ${look.encoding}，应为 UTF8：用 encoding 'UTF8' 新建数据库`);
  }
  return refusals;
}
