import type { Kysely } from "kysely";
import type { Config } from "../../server/platform/config.ts";
import { isOnThisMachine, readAddress } from "../../server/platform/database_login/address.ts";
import {
  type DatabaseLook,
  lookAtDatabase,
  settingOf,
} from "../../server/platform/database_product/look.ts";
import {
  type DatabaseProduct,
  type ProductProfile,
  PROFILES,
} from "../../server/platform/database_product/product.ts";
import { refusalsOf } from "../../server/platform/database_product/refusals.ts";
import type { Tables } from "../../server/schema.ts";
import { openConfiguredServer } from "../database.ts";
import { databaseTrouble } from "../database_trouble.ts";
import type { Finding } from "./finding.ts";

/** The newest that `prove:databases` has run on. */
const POSTGRESQL_MAX = 18;

const ok = (text: string): Finding => ({ state: "ok", text });
const warning = (text: string, chapter: string): Finding => ({
  state: "warning",
  text: `${text}（docs/databases.md “${chapter}”）`,
});

/** Which database it is, whether the platform may work on it, and what it lacks. */
export async function serverFindings(configured: Config["database"]): Promise<Finding[]> {
  const { url, product } = configured;
  if (url === undefined) {
    return [warning("内嵌数据库：只用于演示和培训，没有备份和热备", "Embedded")];
  }
  const db = openConfiguredServer(configured, url, 1);
  try {
    const look = await lookAtDatabase(db);
    const refusals = refusalsOf(look, product);
    if (refusals.length > 0) {
      return refusals.map((text) => ({ state: "failed", text: `数据库：${text}` }));
    }
    return [
      ok(`数据库：${PROFILES[product].title} ${look.version}，编码 ${look.encoding}`),
      ...productFindings(product, look),
      ...await settingFindings(db, PROFILES[product]),
      ...lineFindings(url),
      ...configured.allow_md5
        ? [warning("database.allow_md5 = true：允许 MD5 登录，强度不足，不符合密评要求", "Login")]
        : [],
    ];
  } catch (thrown) {
    return [{ state: "failed", text: databaseTrouble(url, thrown).message }];
  } finally {
    await db.destroy();
  }
}

function productFindings(product: DatabaseProduct, { version }: DatabaseLook): Finding[] {
  const { title, hasPartitions, hasOnConflict, locksAccounts } = PROFILES[product];
  const findings: Finding[] = [];
  if (product !== "postgresql") {
    findings.push(warning(`没有在真实的 ${title} 上验证过：先在测试环境完整试运行`, "Status"));
  } else if (Number.parseInt(version, 10) > POSTGRESQL_MAX) {
    findings.push(warning(`没有在 PostgreSQL ${version} 上验证过`, "Status"));
  }
  if (!hasPartitions) {
    findings.push(warning("不能按月分区：大表不分区，清理归档过的审计月份时逐行删除", "Dialect"));
  }
  if (!hasOnConflict) findings.push(ok("没有 ON CONFLICT：用保存点代替，每次多两个来回"));
  if (locksAccounts) {
    findings.push(ok("口令错误几次后数据库会锁定账号：被拒绝后平台不再尝试，改正后重新启动"));
  }
  return findings;
}

/** Weak ways to keep passwords, and sessions that end by themselves. */
async function settingFindings(
  db: Kysely<Tables>,
  { isGauss, idleSetting }: ProductProfile,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const name = isGauss ? "password_encryption_type" : "password_encryption";
  const kept = await settingOf(db, name);
  if (kept !== null && ["md5", "on", ...isGauss ? ["0", "1"] : []].includes(kept)) {
    findings.push(warning(`数据库的 ${name} = ${kept}：新设的口令以 MD5 保存`, "Login"));
  }
  const idle = idleSetting === null ? null : await settingOf(db, idleSetting);
  if (idle !== null && Number.parseInt(idle, 10) > 0) {
    findings.push(ok(`${idleSetting} = ${idle}：空闲的连接会被数据库断开，连接池会重新连接`));
  }
  return findings;
}

function lineFindings(url: string): Finding[] {
  const { hosts, tls, rootCertificates } = readAddress(url);
  if (hosts.every(isOnThisMachine)) return [];
  if (tls === "disable" || tls === "prefer") {
    return [warning(`到数据库的连接不要求加密（sslmode=${tls}）`, "TLS")];
  }
  if (tls === "require" && rootCertificates === null) {
    return [warning("到数据库的连接加密，但不核对证书：用 sslmode=verify-full", "TLS")];
  }
  return [ok(`到数据库的连接用 TLS（sslmode=${tls}）`)];
}
