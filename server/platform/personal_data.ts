import type { Transaction } from "kysely";

/** Names one row of a table in monthly partitions. */
export interface RowKey {
  readonly id: string;
  readonly at: Date;
}

/** One person, and under which keys the modules know him. */
export interface Subject {
  readonly patientId: string;
  readonly identifications: readonly RowKey[];
  readonly orders: readonly RowKey[];
}

/** One kind of record as it is given to the person: a file of the export. */
export interface PersonalRecords {
  /** Of the file, without its ending. */
  readonly name: string;
  /** What it is, for the person, in Chinese. */
  readonly title: string;
  readonly rows: readonly Readonly<Record<string, string | number | boolean | null>>[];
}

/** What became of a person's data in one module, in Chinese. */
export interface Erased {
  readonly erased: readonly { readonly what: string; readonly rows: number }[];
  /** `why`: the law that keeps it. */
  readonly kept: readonly { readonly what: string; readonly rows: number; readonly why: string }[];
}

/** Why a person cannot be erased now. */
export interface OpenBusiness {
  readonly orders: number;
  readonly heldFen: bigint;
}

/**
 * What one module holds on persons: each finds, gives and erases its own (个人信息保护法 第四十五条、
 * 第四十七条). Wired in server/personal_data.ts in the order in which they are found.
 */
export interface PersonalData<Tables> extends PersonalRecordsOf {
  readonly erase: (
    tx: Transaction<Tables>,
    subject: Subject,
    now: Date,
  ) => Promise<Erased>;
}

/** The part of it that changes nothing. */
export interface PersonalRecordsOf {
  /** Adds the keys this module knows him under. */
  readonly find?: (subject: Subject) => Promise<Partial<Subject>>;
  readonly collect: (subject: Subject) => Promise<readonly PersonalRecords[]>;
  readonly openBusiness?: (subject: Subject) => Promise<OpenBusiness>;
}

/** 会计档案管理办法（财政部令第79号）第十四条、附表一: vouchers and ledgers, thirty years. */
export const MONEY_KEPT_YEARS = 30;
export const MONEY_KEPT_WHY =
  "《会计档案管理办法》第十四条：会计凭证、会计账簿保管 30 年；《个人信息保护法》第四十七条第二款";
