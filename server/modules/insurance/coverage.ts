import type { OutputOf } from "../../gateways/insurance/wire.ts";
import type { CoverageRow } from "./store.ts";

/** mdtrt_cert_type: e-voucher token, ID card, social-security card. */
export type CertificateType = "01" | "02" | "03";

export type PersonAnswer = OutputOf<"1101">;
export type InsuredRow = PersonAnswer["insuinfo"][number];

/** psn_insu_stas 正常参保. */
const IN_FORCE = "1";
/** Employees before residents (nhsa.md §7.10); the others in the order of their codes. */
const PREFERRED = ["310", "390"];

const SCHEME_NAMES: Readonly<Record<string, string>> = {
  "310": "职工基本医疗保险",
  "340": "离休人员医疗保障",
  "390": "城乡居民基本医疗保险",
  "399": "其他特殊人群医疗保障",
  "410": "工伤保险",
};

/** The row a visit is settled under; null when no insurance of the person is in force. */
export function chooseInsuredRow(rows: readonly InsuredRow[]): InsuredRow | null {
  return rows.filter((row) => row.psn_insu_stas === IN_FORCE)
    .sort((a, b) => rank(a).localeCompare(rank(b)))[0] ?? null;
}

/** A scheme a person is insured under now, as a coverage keeps it. */
export interface InForce {
  readonly insutype: string;
  readonly insuplc: string;
  readonly psnType: string;
  readonly balanceFen: string;
}

/** All that is in force, the usual scheme first. */
export function inForce(rows: readonly InsuredRow[]): readonly InForce[] {
  return rows.filter((row) => row.psn_insu_stas === IN_FORCE)
    .toSorted((a, b) => rank(a).localeCompare(rank(b)))
    .map((row) => ({
      insutype: row.insutype,
      insuplc: row.insuplc_admdvs,
      psnType: row.psn_type,
      balanceFen: String(row.balc),
    }));
}

/** Of a coverage; one of before knows the usual scheme alone. */
export function schemesOf(coverage: CoverageRow): readonly InForce[] {
  if (coverage.schemes !== null) return JSON.parse(coverage.schemes);
  return [{
    insutype: coverage.insutype,
    insuplc: coverage.insuplc_admdvs,
    psnType: coverage.psn_type,
    balanceFen: String(coverage.balance_fen),
  }];
}

export function schemeName(insutype: string): string {
  return SCHEME_NAMES[insutype] ?? "基本医疗保险";
}

/** Only employees (310) and retired cadres (340) have personal accounts. */
export function isAccountScheme(insutype: string): boolean {
  return insutype === "310" || insutype === "340";
}

function rank(row: InsuredRow): string {
  const preference = PREFERRED.indexOf(row.insutype);
  return `${preference === -1 ? PREFERRED.length : preference}${row.insutype}`;
}
