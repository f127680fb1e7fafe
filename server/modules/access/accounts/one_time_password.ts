import type { Transaction } from "kysely";
import type { AccessTables } from "../tables.ts";

/** A password that is good for the first sign-in only, told to whoever made the account. */
export interface OneTimePassword {
  readonly text: string;
  /** Takes the place of what the account had. */
  keep(tx: Transaction<AccessTables>, accountId: string): Promise<void>;
}

/** Made before the transaction: deriving takes long on purpose. */
export type MakeOneTimePassword = () => Promise<OneTimePassword>;
