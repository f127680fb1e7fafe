import type { CanonicalForm } from "./canonical.ts";

/** What platforms of the centre for mobile payment decide differently. */
export interface MobileProfile {
  readonly version: string;
  readonly timestamp: "seconds" | "milliseconds";
  readonly canonical: CanonicalForm;
  /** Non-ASCII as `\uXXXX` before encrypting; both are read. */
  readonly escapesUnicode: boolean;
  /** idType of an ID card. */
  readonly idType: string;
  /** feeType of outpatient charges. */
  readonly feeType: string;
  /** Whether 共济 is already inside psnAcctPay. */
  readonly mulaidInsideAccount: boolean;
  /** What authorises a refund that nobody stands at the terminal for (nhsa.md §7.18). */
  readonly refundBy: "revs_token" | "presented";
  /**
   * nhsa.md names no call that makes the centre settle; the order placed at the wallet does, with
   * the insurance part alone where cash is paid elsewhere.
   */
  readonly settlesBy: "wallet_order";
}

/** uldLatlnt while an institution's own place is not kept: the city's (`lng,lat`), never `0,0`. */
export const CITY_COORDINATES = "113.751800,23.020500";

export const NATIONAL_MOBILE: MobileProfile = {
  version: "2.0.1",
  timestamp: "seconds",
  canonical: "tree",
  escapesUnicode: false,
  idType: "01",
  feeType: "01",
  mulaidInsideAccount: false,
  refundBy: "revs_token",
  settlesBy: "wallet_order",
};
