import type { Kysely } from "kysely";
import { type AccountForSignIn, findAccountByLogin } from "./store.ts";
import type { SignInTables } from "./tables.ts";

/** Null for programs and closed accounts too. */
export async function findPersonByLogin(
  { db }: { readonly db: Kysely<SignInTables> },
  login: string,
): Promise<AccountForSignIn | null> {
  const account = await findAccountByLogin(db, login.toLowerCase());
  return account?.kind === "person" && account.state !== "closed" ? account : null;
}
