import type { DialectAdapter } from "kysely";

/** Databases of PostgreSQL's family, and all that is different about them (docs/databases.md). */

export const DATABASE_PRODUCTS = ["postgresql", "opengauss", "gaussdb", "kingbase"] as const;
export type DatabaseProduct = typeof DATABASE_PRODUCTS[number];

export interface ProductProfile {
  readonly title: string;
  /** Signs in by openGauss's own exchange, in protocol 3.51. */
  readonly isGauss: boolean;
  /** After some wrong passwords, for up to a day. */
  readonly locksAccounts: boolean;
  /** `insert … on conflict do nothing`; without it a savepoint does the same, in more steps. */
  readonly hasOnConflict: boolean;
  /** PostgreSQL's `partition by` and `partition of`; without them the tables stay whole. */
  readonly hasPartitions: boolean;
  /** Every connection ends after this many idle minutes unless the setting is changed. */
  readonly idleSetting: string | null;
  /** How a database is made in which '' is no null. */
  readonly emptyTextRemedy: string;
}

const GAUSS = {
  isGauss: true,
  locksAccounts: true,
  hasOnConflict: false,
  hasPartitions: false,
  idleSetting: "session_timeout",
  emptyTextRemedy: "create database yikatong dbcompatibility 'PG' encoding 'UTF8'",
} as const;

export const PROFILES: Readonly<Record<DatabaseProduct, ProductProfile>> = {
  postgresql: {
    title: "PostgreSQL",
    isGauss: false,
    locksAccounts: false,
    hasOnConflict: true,
    hasPartitions: true,
    idleSetting: "idle_session_timeout",
    emptyTextRemedy: "换回没有改过的 PostgreSQL",
  },
  opengauss: { ...GAUSS, title: "openGauss" },
  gaussdb: { ...GAUSS, title: "GaussDB" },
  kingbase: {
    title: "KingbaseES",
    isGauss: false,
    locksAccounts: true,
    hasOnConflict: true,
    hasPartitions: true,
    idleSetting: null,
    emptyTextRemedy: "initdb -m pg（兼容模式在初始化时决定，不能以后再改）",
  },
};

/** Carries the product to whoever holds a database or a transaction. */
export function markAdapter<Adapter extends DialectAdapter>(
  adapter: Adapter,
  product: DatabaseProduct,
): Adapter & { readonly product: DatabaseProduct } {
  return Object.assign(adapter, { product });
}

/** Of an adapter without a mark PostgreSQL's: the embedded database is that. */
export function profileOf(
  db: { getExecutor(): { readonly adapter: DialectAdapter } },
): ProductProfile {
  const { adapter } = db.getExecutor();
  return PROFILES[isMarked(adapter) ? adapter.product : "postgresql"];
}

function isMarked(
  adapter: DialectAdapter,
): adapter is DialectAdapter & { readonly product: DatabaseProduct } {
  return "product" in adapter;
}
