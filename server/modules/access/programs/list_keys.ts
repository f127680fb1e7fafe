import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import type { Caller } from "../caller.ts";
import { getScopedAccount } from "../scoped_account.ts";
import type { AccessTables } from "../tables.ts";
import type { ProgramKeyView } from "./contract.ts";
import { programKeyView } from "./program_key.ts";
import { listKeyRows } from "./store.ts";
import type { ProgramTables } from "./tables.ts";

export interface ListKeysDeps {
  readonly db: Kysely<ProgramTables & AccessTables>;
  readonly clock: Clock;
}

/** Newest first. */
export async function listKeys(
  { db, clock }: ListKeysDeps,
  caller: Caller,
  accountId: string,
): Promise<ProgramKeyView[]> {
  await getScopedAccount(db, caller, { id: accountId, permission: "account.read" });
  const now = clock.now();
  return (await listKeyRows(db, accountId)).map((row) => programKeyView(row, now));
}
