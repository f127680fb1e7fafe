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

/** Whom a face belongs to, and the number of its authorisation (`authNo`). */
export interface EcFace extends EcIdentity {
  readonly authorisation: string;
}

/** What became of a settlement that a face had authorised (`cn.nhsa.settle.notify`). */
export interface EcSettlement {
  /** Of the face; the `callId` beside it is that of its call. */
  readonly authorisation: string;
  readonly idNumber: string;
  readonly name: string;
  readonly use: "register" | "settle";
  readonly totalFen: bigint;
  readonly institutionName: string;
  /** Beijing time: `2026-03-12 09:30:15`. */
  readonly time: string;
  /** Null: it did not come about, or was taken back. */
  readonly settled: {
    /** 结算ID, `setl_id`. */
    readonly number: string;
    readonly cashFen: bigint;
    readonly fundFen: bigint;
    readonly accountFen: bigint;
  } | null;
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
  ): Promise<Completion<EcFace, EcFailure>>;
  /** 核验密码: the token with which insurance pays. */
  checkSecret(
    request: EcTransaction & { readonly token: string; readonly amountFen: bigint },
    options: CommandOptions,
  ): Promise<Completion<{ readonly paymentToken: string }, EcFailure>>;
  /** A notice that moves nothing; it may be told again. */
  notifySettlement(
    request: EcTransaction & { readonly settlement: EcSettlement },
    options: CommandOptions,
  ): Promise<Completion<null, EcFailure>>;
}
