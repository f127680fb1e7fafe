import type {
  CommandOptions,
  Completion,
  Device,
  DeviceCondition,
  StatusChanged,
} from "../contract.ts";

/**
 * The insurance terminal (医保业务综合服务终端, class III): decodes e-vouchers, authorises by face
 * with its own camera, and checks the PIN, all inside its library (`NationEcTrans`).
 */
export interface InsuranceTerminalCapabilities {
  readonly voucher: boolean;
  readonly face: boolean;
}

export interface InsuranceTerminalStatus {
  readonly device: DeviceCondition;
}

export interface EcTransaction {
  /** Our number of the call (`outBizNo`), 1 to 60 letters, digits and `-`; never used twice. */
  readonly callId: string;
  /** The institution's code (定点医药机构编号), e.g. "H44190012345". */
  readonly orgId: string;
  /** 业务类型, e.g. "01101" 挂号. */
  readonly businessType: string;
  readonly operatorId: string;
  readonly operatorName: string;
  readonly officeId: string;
  readonly officeName: string;
}

export interface EcIdentity {
  readonly idNumber: string;
  readonly name: string;
  /** 医保电子凭证 token of this one transaction, to be sent to insurance and kept nowhere. */
  readonly token: string;
  /** Insured area, six digits. */
  readonly region: string;
}

export type EcFailure = "refused" | "patient_cancelled" | "unreadable";

export interface InsuranceTerminal
  extends Device<InsuranceTerminalCapabilities, InsuranceTerminalStatus, StatusChanged> {
  /** `code` as our scanner read it; null where the terminal's own scanner is to read one. */
  decodeVoucher(
    request: EcTransaction & { readonly code: string | null },
    options: CommandOptions,
  ): Promise<Completion<EcIdentity, EcFailure>>;
  /** The library shows its own window and uses its own camera; no picture comes to us. */
  authoriseFace(
    request: EcTransaction,
    options: CommandOptions,
  ): Promise<Completion<EcIdentity, EcFailure>>;
  /** 核验密码: the token with which insurance pays. */
  checkSecret(
    request: EcTransaction & { readonly token: string; readonly amountFen: bigint },
    options: CommandOptions,
  ): Promise<Completion<{ readonly paymentToken: string }, EcFailure>>;
}
