import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError, invariant } from "../../../platform/errors.ts";
import { isId } from "../../../platform/ids.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import type { Sealer } from "../../../platform/sealer.ts";
import { accountNames } from "../../access/accounts/account_names.ts";
import { type Caller, scopeOf } from "../../access/caller.ts";
import { getOrganisationIn } from "../../access/organisations/find_in_scope.ts";
import { cutPage } from "../../access/page.ts";
import type { Permission } from "../../access/permission.ts";
import type { AccessTables } from "../../access/tables.ts";
import { selectMessages } from "../../insurance/console/store.ts";
import { selectPostingsOf } from "../../ledger/check/store.ts";
import { selectEvidence, selectRefunds, selectTrades } from "../../payment/console/store.ts";
import { openEvidence } from "../act_evidence.ts";
import type { AlarmLevel } from "../alarms/alarm_level.ts";
import { orderAlarms, type OrderAlarmsDeps } from "../alarms/order_alarms.ts";
import { settlementsIn } from "../apply.ts";
import type { CheckoutDb } from "../legs.ts";
import { type Order, orderKey, secondOfNumber } from "../order.ts";
import { isRefund } from "../refund_saga.ts";
import { isFulfilled } from "../saga.ts";
import { findStoredOrder, type StoredOrder } from "../store.ts";
import type { ConsoleOrder, OrderPage, OrderQuery } from "./contract.ts";
import {
  type ActRow,
  findOrderIn,
  type OrderInScope,
  type ReturnedFen,
  selectActs,
  selectAttempts,
  selectOrdersIn,
  selectReturned,
} from "./store.ts";

export interface ReadOrdersDeps {
  readonly db: Kysely<CheckoutDb & AccessTables>;
  readonly clock: Clock;
  readonly tags: RowTags;
  readonly sealer: Sealer;
  readonly alarms: OrderAlarmsDeps["alarms"];
  /** With `{traceId}` in it; null where traces are looked at nowhere. */
  readonly traceUrl: string | null;
}

/** Older orders are found by their own id. */
const LOOK_BACK_MS = 92 * 86_400_000;
const AHEAD_MS = 3_600_000;
const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;

export async function listOrders(
  deps: ReadOrdersDeps,
  caller: Caller,
  query: OrderQuery,
): Promise<OrderPage> {
  const { db, clock } = deps;
  const { organisationId, cursor, limit } = query;
  if (cursor !== undefined && !isId(cursor)) {
    throw new DomainError("request.malformed", "Cannot read the cursor: expected one of a page");
  }
  const isApproval = query.queue === "approval";
  const all = scopeOf(caller, isApproval ? "order.approve" : "order.read");
  const scope = organisationId === undefined
    ? all
    : { paths: [(await getOrganisationIn(db, { id: organisationId, scope: all })).path] };
  const now = clock.now().getTime();
  const rows = await selectOrdersIn(db, {
    scope,
    query,
    decider: isApproval ? caller.accountId : undefined,
    ...spanOf(query, now),
    before: cursor,
    limit: limit + 1,
  });
  const { page, next } = cutPage(rows, { limit, keyOf: ({ id }) => id });
  return { orders: await toLines(deps, page), next };
}

/** A number tells the second in which its order was begun: no other is looked through. */
function spanOf(
  { number, olderThanMinutes }: Pick<OrderQuery, "number" | "olderThanMinutes">,
  now: number,
): { readonly from: Date; readonly until: Date } {
  const second = number === undefined ? null : secondOfNumber(number, new Date(now));
  if (second) return { from: second, until: new Date(second.getTime() + SECOND_MS) };
  return {
    from: new Date(now - LOOK_BACK_MS),
    until: new Date(olderThanMinutes ? now - olderThanMinutes * MINUTE_MS : now + AHEAD_MS),
  };
}

/** Everything that is known of it; nothing of who the patient is. */
export async function readConsoleOrder(
  deps: ReadOrdersDeps,
  caller: Caller,
  id: string,
): Promise<ConsoleOrder> {
  const row = await getOrderRow(deps, caller, { id, permission: "order.read" });
  const key = orderKey(id);
  const stored = await findStoredOrder(deps.db, deps.tags, key);
  const order = stored?.kind === "as_written" ? stored.order : null;
  const acts = await selectActs(deps.db, id);
  const [line] = await toLines(deps, [row]);
  invariant(line !== undefined, "a row is a line");
  const names = await accountNames(deps, acts.flatMap((act) => [act.asked_by, act.decided_by]));
  return {
    ...line,
    terminalId: row.terminal_id,
    stopCode: row.stop_code,
    changed: stored?.kind === "changed",
    legs: legsOf(order),
    closable: order !== null && isClosable(order),
    ...await historyOf(deps, { key, order }),
    acts: await Promise.all(acts.map((act) => toAct(deps, act, { caller, names }))),
  };
}

/** Of where the caller holds it. Throws DomainError `checkout.not_found`. */
export async function getOrderRow(
  { db }: Pick<ReadOrdersDeps, "db">,
  caller: Caller,
  { id, permission }: { readonly id: string; readonly permission: Permission },
): Promise<OrderInScope> {
  const row = await findOrderIn(db, { key: orderKey(id), scope: scopeOf(caller, permission) });
  if (row) return row;
  throw new DomainError("checkout.not_found", `Cannot find order "${id}"`);
}

/** What HIS has posted is given back by a refund. */
export function isClosable({ saga }: Order): boolean {
  return saga.stop === null && !isRefund(saga) && !isFulfilled(saga);
}

async function toLines(
  deps: ReadOrdersDeps,
  rows: readonly OrderInScope[],
): Promise<OrderPage["orders"]> {
  const alarms = await orderAlarms(deps, rows, deps.clock.now());
  const returned = await selectReturned(deps.db, rows.filter(({ kind }) => kind === "refund"));
  return rows.map((row) => toLine(row, { alarms, returned: returned.get(row.id) }));
}

function toLine(
  row: OrderInScope,
  { alarms, returned }: {
    readonly alarms: ReadonlyMap<string, AlarmLevel>;
    readonly returned: ReturnedFen | undefined;
  },
): OrderPage["orders"][number] {
  const { totalFen, cashFen } = returned ?? { totalFen: row.total_fen, cashFen: row.cash_fen };
  return {
    id: row.id,
    number: row.number,
    institutionName: row.institution_name,
    kind: row.kind,
    state: row.state,
    stop: row.stop,
    totalFen: totalFen?.toString() ?? null,
    cashFen: cashFen?.toString() ?? null,
    startedAt: row.at.toISOString(),
    changedAt: row.changed_at.toISOString(),
    nextAttemptAt: row.next_attempt_at?.toISOString() ?? null,
    alarm: alarms.get(row.id) ?? null,
  };
}

function legsOf(order: Extract<StoredOrder, { kind: "as_written" }>["order"] | null) {
  return (order?.saga.legs ?? []).map((leg) => ({
    n: leg.n,
    kind: leg.kind,
    state: leg.state,
    mode: order?.choices.get(leg.n)?.mode ?? null,
    amountFen: (leg.amount ?? leg.split?.total ?? null)?.toString() ?? null,
    tries: leg.tries,
    reference: order?.references.get(leg.n) ?? null,
    settlements: order ? [...settlementsIn(order.saga, leg)] : [],
    stated: leg.stated ? { outcome: leg.stated.outcome, answer: leg.stated.answer } : null,
  }));
}

async function historyOf(
  { db, traceUrl }: ReadOrdersDeps,
  { key, order }: { readonly key: { id: string; at: Date }; readonly order: Order | null },
): Promise<Pick<ConsoleOrder, "attempts" | "postings" | "payments" | "evidence">> {
  const tradeIds = [...new Set([...(order?.choices.values() ?? [])].map((of) => of.tradeId))];
  const trades = await selectTrades(db, tradeIds);
  const refunds = await selectRefunds(db, [...(order?.refundIds.values() ?? [])]);
  const notices = await selectEvidence(db, tradeIds);
  const messages = await selectMessages(db, key);
  return {
    attempts: (await selectAttempts(db, key)).map((row) => ({
      n: row.n,
      leg: row.leg,
      ask: row.ask,
      askedAt: row.asked_at.toISOString(),
      answeredAt: row.answered_at?.toISOString() ?? null,
      answer: row.answer,
      note: row.answer_note,
      traceId: row.trace_id,
      traceUrl: row.trace_id && (traceUrl?.replace("{traceId}", row.trace_id) ?? null),
    })),
    postings: (await selectPostingsOf(db, [key])).map((row) => ({
      n: row.n,
      leg: row.leg,
      cause: row.cause,
      debit: row.debit,
      credit: row.credit,
      amountFen: row.amount_fen.toString(),
      postedAt: row.posted_at.toISOString(),
    })),
    payments: [
      ...trades.map((row) => payment("trade", { ...row, channel: row.channel })),
      ...refunds.map((row) => payment("refund", { ...row, channel: null })),
    ],
    evidence: [
      ...notices.map(({ at, source, verdict }) => ({
        at: at.toISOString(),
        source,
        what: "notice",
        outcome: verdict,
      })),
      ...messages.map(({ sent_at, infno, outcome }) => ({
        at: sent_at.toISOString(),
        source: "insurance",
        what: infno,
        outcome,
      })),
    ].toSorted((left, right) => left.at < right.at ? -1 : 1),
  };
}

function payment(
  kind: "trade" | "refund",
  row: {
    readonly id: string;
    readonly at: Date;
    readonly state: string;
    readonly channel: string | null;
    readonly amount_fen: bigint;
    readonly channel_reference: string | null;
  },
): ConsoleOrder["payments"][number] {
  return {
    id: row.id,
    kind,
    at: row.at.toISOString(),
    state: row.state,
    channel: row.channel,
    amountFen: row.amount_fen.toString(),
    reference: row.channel_reference,
  };
}

async function toAct(
  { sealer }: ReadOrdersDeps,
  row: ActRow,
  { caller, names }: {
    readonly caller: Caller;
    readonly names: ReadonlyMap<string | null, string>;
  },
): Promise<ConsoleOrder["acts"][number]> {
  return {
    id: row.id,
    kind: row.kind,
    leg: row.leg,
    outcome: row.outcome,
    evidence: await openEvidence(sealer, "checkout_act.evidence", row),
    evidenceNumber: row.evidence_number,
    evidenceDigest: row.evidence_digest,
    askedBy: names.get(row.asked_by) ?? row.asked_by_name,
    askedAt: row.asked_at.toISOString(),
    state: row.state,
    decidedBy: names.get(row.decided_by) ?? row.decided_by_name,
    decidedAt: row.decided_at?.toISOString() ?? null,
    own: row.asked_by === caller.accountId,
  };
}
