import { DomainError } from "../../../platform/errors.ts";
import { type Caller, forbidden, scopeOf } from "../../access/caller.ts";
import { listInstitutionsByCode } from "../../access/find_organisation.ts";
import type { Organisation } from "../../access/organisation.ts";
import { cutPage } from "../../access/page.ts";
import { covers } from "../../access/scope.ts";
import { orderHeads } from "../../checkout/order_states.ts";
import { findRequest, type RequestRow, selectRequests } from "../store.ts";
import type { PaymentRequest, RequestPage, RequestQuery, RequestState } from "./contract.ts";
import { slipUrl } from "./link.ts";
import { requestFacts } from "./request.ts";
import { openContent, type RequestDeps, requireUnchanged } from "./request_row.ts";

const PERMISSION = "payment.request";

/** Of another place it is as if it were not there. Throws DomainError `access.not_found`. */
export async function institutionOf(
  { db }: Pick<RequestDeps, "db">,
  caller: Pick<Caller, "rights">,
  code: string,
): Promise<Organisation> {
  const scope = scopeOf(caller, PERMISSION);
  if (scope.paths.length === 0) throw forbidden(PERMISSION);
  const found = (await listInstitutionsByCode(db, [code])).get(code);
  if (found && covers(scope, found.path)) return found;
  throw new DomainError("access.not_found", `Cannot find institution "${code}"`);
}

/** Throws DomainError `billing.not_found`. */
export async function getRequest(
  deps: RequestDeps,
  institution: Organisation,
  number: string,
): Promise<RequestRow> {
  const row = await findRequest(deps.db, { institutionId: institution.id, number });
  if (!row) {
    throw new DomainError("billing.not_found", `Cannot find request "${number}"`);
  }
  await requireUnchanged(deps, row);
  return row;
}

export async function viewRequest(
  deps: RequestDeps,
  institution: Organisation,
  row: RequestRow,
): Promise<PaymentRequest> {
  const [view] = await viewRows(deps, institution, [row]);
  if (view) return view;
  throw new Error("Cannot view a request: expected one");
}

export async function listRequests(
  deps: RequestDeps,
  institution: Organisation,
  { cursor, limit }: RequestQuery,
): Promise<RequestPage> {
  const asked = { institutionId: institution.id, before: cursor, limit: limit + 1 };
  const rows = await selectRequests(deps.db, asked);
  const { page, next } = cutPage(rows, { limit, keyOf: ({ id }) => id });
  return { requests: await viewRows(deps, institution, page), next };
}

async function viewRows(
  deps: RequestDeps,
  institution: Organisation,
  rows: readonly RequestRow[],
): Promise<PaymentRequest[]> {
  const heads = await orderHeads(deps.db, rows.flatMap(({ order_id }) => order_id ?? []));
  const now = deps.clock.now();
  return await Promise.all(rows.map(async (row) => {
    const facts = requestFacts(row, heads, now);
    return { ...facts, institution: institution.code, url: await urlOf(deps, row, facts.state) };
  }));
}

/** The right to pay, while there is something to pay. */
async function urlOf(
  deps: RequestDeps,
  row: RequestRow,
  state: RequestState,
): Promise<string | null> {
  const { publicUrl } = deps;
  const isUsable = state === "open" || state === "paying";
  if (!isUsable || publicUrl === null) return null;
  return slipUrl(publicUrl, (await openContent(deps, row)).token);
}
