import type { PolicyKind } from "./contract.ts";

export interface PolicyTables {
  security_policy: {
    kind: PolicyKind;
    /** JSON of the contract's `securityPolicySchema`. */
    value: string;
    version: bigint;
    changed_at: Date;
    changed_by: string;
    tag: Uint8Array;
  };
}
