import type { Kysely, Transaction } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import type { RowAlarmTables } from "../../../platform/row_alarm.ts";
import { rowIdOf } from "../../../platform/row_place.ts";
import type { Sealer } from "../../../platform/sealer.ts";
import { isUnchanged, tagOf } from "../../../platform/tagged_table.ts";
import type { AccessTables } from "../../access/tables.ts";
import { type ChangedRowDeps, tellChangedRow } from "../../audit/changed_row.ts";
import type { AuditTables } from "../../audit/tables.ts";
import type { CheckoutTables } from "../../checkout/tables.ts";
import { lockRequest, type RequestRow } from "../store.ts";
import { BILLING_REQUEST_TAGGED, type BillingTables } from "../tables.ts";
import { digestOf } from "./link.ts";
import { CONTENT_COLUMN, parseContent, type RequestContent } from "./request.ts";

export interface RequestDeps extends Omit<ChangedRowDeps, "db"> {
  readonly db: Kysely<BillingTables & CheckoutTables & AccessTables & RowAlarmTables & AuditTables>;
  readonly clock: Clock;
  readonly tags: RowTags;
  readonly sealer: Sealer;
  /** Where phones reach this platform, without a slash at its end; null: no pages are offered. */
  readonly publicUrl: string | null;
}

/**
 * It says whose bills are paid: one that somebody wrote into past the platform is nobody's word,
 * and people are told. Throws DomainError `billing.request_changed`.
 */
export async function requireUnchanged(deps: RequestDeps, row: RequestRow): Promise<void> {
  if (await isUnchanged(deps.db, deps.tags, { tagged: BILLING_REQUEST_TAGGED, row })) return;
  throw await toldChanged(deps, row);
}

async function toldChanged(deps: RequestDeps, { id }: RequestRow): Promise<DomainError> {
  const { table } = BILLING_REQUEST_TAGGED;
  await tellChangedRow(deps, { table, rowId: rowIdOf([id]), by: "payment_requests" });
  return changedRequest(id);
}

/** As it was written, under its row lock; null when it is gone. */
export async function lockUnchanged(
  { tags }: Pick<RequestDeps, "tags">,
  tx: Transaction<BillingTables>,
  id: string,
): Promise<RequestRow | null> {
  const row = await lockRequest(tx, id);
  if (row && !await isUnchanged(tx, tags, { tagged: BILLING_REQUEST_TAGGED, row })) {
    throw changedRequest(id);
  }
  return row;
}

export const REQUEST_CHANGED = "billing.request_changed";

function changedRequest(id: string): DomainError {
  return new DomainError(
    REQUEST_CHANGED,
    `Cannot go by request "${id}": its row is not as the platform wrote it`,
    { retry: "ask_operator" },
  );
}

export async function withRequestTag(
  { tags }: Pick<RequestDeps, "tags">,
  row: Omit<RequestRow, "tag">,
): Promise<RequestRow> {
  return { ...row, tag: await tagOf(tags, BILLING_REQUEST_TAGGED, row) };
}

/**
 * What is sealed is written anew with every key, so no tag is over it: the address in it says that
 * it is this row's and not another patient's. Throws DomainError `billing.request_changed`.
 */
export async function openContent(deps: RequestDeps, row: RequestRow): Promise<RequestContent> {
  const content = parseContent(await deps.sealer.open(CONTENT_COLUMN, row.content_sealed));
  if (digestOf(content.token).toHex() === row.token_digest.toHex()) return content;
  throw await toldChanged(deps, row);
}
