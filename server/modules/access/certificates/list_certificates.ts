import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import type { Sealer } from "../../../platform/sealer.ts";
import type { Caller } from "../caller.ts";
import { getScopedAccount } from "../scoped_account.ts";
import type { AccessTables } from "../tables.ts";
import { certificateView, openCertificate } from "./certificate_row.ts";
import type { CertificateView } from "./contract.ts";
import { listCertificateRows } from "./store.ts";
import type { CertificateTables } from "./tables.ts";

export interface ListCertificatesDeps {
  readonly db: Kysely<CertificateTables & AccessTables>;
  readonly clock: Clock;
  readonly sealer: Sealer;
}

/** Of an account whose existence the caller may know; removed ones too. */
export async function listCertificates(
  deps: ListCertificatesDeps,
  caller: Caller,
  accountId: string,
): Promise<CertificateView[]> {
  await getScopedAccount(deps.db, caller, { id: accountId, permission: "account.read" });
  return await viewsOf(deps, accountId);
}

export async function listOwnCertificates(
  deps: ListCertificatesDeps,
  { accountId }: Pick<Caller, "accountId">,
): Promise<CertificateView[]> {
  const views = await viewsOf(deps, accountId);
  return views.filter(({ state }) => state !== "removed");
}

async function viewsOf(
  { db, clock, sealer }: ListCertificatesDeps,
  accountId: string,
): Promise<CertificateView[]> {
  const rows = await listCertificateRows(db, accountId);
  const now = clock.now();
  return await Promise.all(
    rows.map(async (row) => certificateView(row, await openCertificate(sealer, row), now)),
  );
}
