import type { DatabaseProduct } from "./product.ts";

export interface DetectedProduct {
  /** Null where it is none that we know. */
  readonly product: DatabaseProduct | null;
  /** "15.18", "5.0.1", "V008R006C009B0014"; of an unknown one its whole banner. */
  readonly version: string;
}

const BANNERS: readonly (readonly [RegExp, DatabaseProduct])[] = [
  [/\bopenGauss(?:-lite)? +([\w.-]+)/i, "opengauss"],
  [/\bGaussDB Kernel +([\w.-]+)/i, "gaussdb"],
  [/^KingbaseES +([\w.-]+)/i, "kingbase"],
  [/^PostgreSQL (\d+(?:\.\d+)*)/, "postgresql"],
];

/** Relatives that say PostgreSQL, too: what holds there, nobody here has looked at. */
const RELATIVES =
  /vastbase|highgo|瀚高|mogdb|polardb|greenplum|cloudberry|redshift|enterprisedb|cockroach|-YB-|panweidb|hgdb/i;

const BANNER_CHARS_MAX = 200;

/** Reads what `version()` says. */
export function detectProduct(banner: string): DetectedProduct {
  if (!RELATIVES.test(banner)) {
    for (const [pattern, product] of BANNERS) {
      const version = pattern.exec(banner)?.[1];
      if (version !== undefined) return { product, version };
    }
  }
  return { product: null, version: banner.slice(0, BANNER_CHARS_MAX) };
}
