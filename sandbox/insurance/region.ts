/** How the simulated region has set what the national standard leaves open. */
export interface SandboxRegion {
  readonly admdvs: string;
  /** Only the `A` numbers of 2203, 2206 and 2207 are served, as in Guangdong. */
  readonly aForms: boolean;
  /** A missing or foreign sign_no is refused; lax test gateways do not look. */
  readonly checksSignNo: boolean;
  /** recer_sys_code by scheme (insutype), and of all schemes not named; a wrong one is refused. */
  readonly receivers: {
    readonly usual: string;
    readonly ofScheme: Readonly<Record<string, string>>;
  };
  /** x-tif credentials of the institutions' gateway; null: headers are not looked at. */
  readonly tif: { readonly paasid: string; readonly secretKey: string } | null;
  /** infcode as `"0"` instead of `0`. */
  readonly infcodeAsText: boolean;
  readonly tokenMs: number;
  /** What of the personal part the account may pay. */
  readonly accountScope: "all_personal" | "exclude_full_ownpay";
  /** Key of a relative's psn_no in expContent, who then pays from his account (共济); null: unknown. */
  readonly relativeKey: string | null;
  /** Whether acct_pay says both accounts together. */
  readonly relativeInsideAccount: boolean;
  readonly schemes: Readonly<Record<string, SchemeRules>>;
}

export interface SchemeRules {
  readonly name: string;
  readonly fundType: string;
  readonly accountType: string | null;
  /** Yearly threshold (act_pay_dedc) before the pooled fund pays, in fen. */
  readonly thresholdFen: bigint;
  /** Yearly ceiling of the pooled fund for outpatients, in fen. */
  readonly ceilingFen: bigint;
  /** Share of the pooled fund in ten-thousandths, by the first two digits of psn_type. */
  readonly shares: Readonly<Record<string, bigint>>;
  readonly shareElse: bigint;
}

const TOKEN_MS = 30 * 60_000;

export const DONGGUAN_SANDBOX: SandboxRegion = {
  admdvs: "441900",
  aForms: true,
  checksSignNo: true,
  receivers: { usual: "01", ofScheme: {} },
  tif: { paasid: "sandbox_paasid", secretKey: "SANDBOX-SECRET-KEY-FOR-TESTS" },
  infcodeAsText: false,
  tokenMs: TOKEN_MS,
  accountScope: "exclude_full_ownpay",
  relativeKey: "acct_mulaid_psn_no",
  relativeInsideAccount: false,
  schemes: {
    "310": {
      name: "职工基本医疗保险",
      fundType: "310100",
      accountType: "310200",
      thresholdFen: 0n,
      ceilingFen: 600_000n,
      shares: { "11": 7_000n, "12": 7_500n },
      shareElse: 7_000n,
    },
    "390": {
      name: "城乡居民基本医疗保险",
      fundType: "390100",
      accountType: null,
      thresholdFen: 0n,
      ceilingFen: 80_000n,
      shares: { "14": 6_000n, "15": 6_000n, "16": 6_500n },
      shareElse: 6_000n,
    },
    "410": {
      name: "工伤保险",
      fundType: "410100",
      accountType: null,
      thresholdFen: 0n,
      ceilingFen: 10_000_000n,
      shares: {},
      shareElse: 10_000n,
    },
    // 兵团: which insutype its people have is a region's own; 399 is 其他特殊人群.
    "399": {
      name: "兵团人员医疗保障",
      fundType: "399100",
      accountType: null,
      thresholdFen: 0n,
      ceilingFen: 600_000n,
      shares: {},
      shareElse: 8_000n,
    },
  },
};
