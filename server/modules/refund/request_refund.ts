import { createHash } from "node:crypto";
import type { Transaction } from "kysely";
import { DomainError } from "../../platform/errors.ts";
import { timeOfId } from "../../platform/ids.ts";
import type { Actor } from "../audit/actor.ts";
import { checkIdTime } from "../checkout/create_order.ts";
import { createRefund } from "../checkout/create_refund.ts";
import type { CheckoutDb } from "../checkout/legs.ts";
import type { Order } from "../checkout/order.ts";
import { type RefundFigures, refundFigures } from "../checkout/refund_figures.ts";
import type { Standing } from "../checkout/standing.ts";
import { refundAsked } from "./audit_events.ts";
import type { RefundBar, RefundReason } from "./contract.ts";
import {
  findRefundable,
  type FoundRefundable,
  lineState,
  type RefundDeps,
} from "./find_refundable.ts";
import { findRequest, insertRequest, type RequestRow, takeTurn } from "./store.ts";
import type { RefundTables, Tx } from "./tables.ts";
import { sealWritten } from "./written.ts";

export interface RefundRequest {
  readonly id: string;
  readonly orderId: string;
  /** Null for all that stands. */
  readonly lines: readonly number[] | null;
  readonly why: RefundReason;
  readonly note: string | null;
  readonly actor: Actor;
  readonly asker:
    | { readonly by: "patient"; readonly terminalId: string }
    | { readonly by: "staff"; readonly accountId: string };
  /** May they ask for it? Asked only for a refund that is not there yet. */
  readonly authorise: () => Promise<Order>;
}

/**
 * Asks for money back. The id is the asker's: the same id with the same content is the same refund.
 * What may be given back without another's approval begins at once.
 */
export async function requestRefund(
  deps: RefundDeps,
  request: RefundRequest,
): Promise<{ isNew: boolean }> {
  const digest = digestOf(request);
  const known = await findRequest(deps.db, request.id);
  if (known) return sameRequest(known, digest);
  checkIdTime(request.id, deps.clock.now());
  const { asker } = request;
  const order = await request.authorise();
  const found = await findRefundable(deps, order, asker);
  const standing = requireUnbarred(found, request.lines);
  const figures = refundFigures(standing, request.lines);
  const isAsked = asker.by === "staff" && found.refundable.needsApproval;
  const { patientId } = await deps.patientIdsOf(order.identificationId);
  const open = async (tx: Tx) => {
    const state = isAsked ? "asked" : "begun";
    const row = await rowOf(deps, request, { order, digest, figures, state });
    const { actor } = request;
    return await takeRequest(deps, tx, { row, after: found.last, actor, patientId });
  };
  const isNew = isAsked
    ? await deps.db.transaction().execute((tx) => open(tx))
    : await createRefund(deps, {
      id: request.id,
      standing,
      figures,
      where: found.where,
      digest,
      alongside: (tx) => open(withRefunds(tx)),
    });
  if (isNew) return { isNew };
  const winner = await findRequest(deps.db, request.id);
  if (winner) return sameRequest(winner, digest);
  throw barOf("in_another_refund");
}

/** One transaction of the platform reaches every table; checkout's type does not name this module's. */
export function withRefunds(tx: Transaction<CheckoutDb>): Tx {
  return tx.withTables<Pick<RefundTables, keyof RefundTables>>();
}

/** Writes the request down as the order's last; false when another was faster. */
export async function takeRequest(
  { tags, audit }: RefundDeps,
  tx: Tx,
  { row, after, actor, patientId }: {
    readonly row: Omit<RequestRow, "tag">;
    readonly after: string | null;
    readonly actor: Actor;
    readonly patientId: string;
  },
): Promise<boolean> {
  const turn = { orderId: row.order_id, refundId: row.id, after };
  if (!await takeTurn(tx, turn)) return false;
  if (!await insertRequest(tx, tags, row)) return false;
  await audit.record(tx, actor, [refundAsked(row, patientId)]);
  return true;
}

/** The first bar says why; lines that are asked for must be open at HIS. */
export function requireUnbarred(
  { refundable, standing, his }: FoundRefundable,
  lines: readonly number[] | null,
): Standing {
  const [bar] = refundable.bars;
  if (bar !== undefined || !standing || !his) throw barOf(bar ?? "needs_person");
  if (lines !== null && refundable.wholeOnly) throw barOf("needs_person");
  const wanted = lines ?? refundable.lines.filter(({ state }) => state !== "returned")
    .map(({ place }) => place);
  if (wanted.some((place) => lineState(standing, his, place) === "rendered")) {
    throw barOf("rendered");
  }
  return standing;
}

export function barOf(bar: RefundBar): DomainError {
  return new DomainError(`refund.${bar}`, `Cannot refund the order: ${bar}`, {
    retry: bar === "his_unavailable" ? "safe" : "never",
  });
}

/** What a request is, without what is asked of this process alone. */
type Asked = Pick<RefundRequest, "id" | "orderId" | "lines" | "why" | "note" | "asker">;

export async function rowOf(
  { clock, sealer }: RefundDeps,
  { id, lines, why, note, asker }: Asked,
  { order, digest, figures, state }: {
    readonly order: Order;
    readonly digest: Uint8Array;
    readonly figures: RefundFigures;
    readonly state: RequestRow["state"];
  },
): Promise<Omit<RequestRow, "tag">> {
  return {
    id,
    at: timeOfId(id),
    institution_id: order.institutionId,
    order_id: order.id,
    request_digest: digest,
    lines: lines && JSON.stringify(lines),
    why,
    note_sealed: await sealWritten(sealer, "note", note),
    asked_by: asker.by,
    terminal_id: asker.by === "patient" ? asker.terminalId : null,
    account_id: asker.by === "staff" ? asker.accountId : null,
    value_fen: figures.valueFen,
    cash_fen: figures.returned.cash,
    state,
    decided_by: null,
    decided_at: null,
    decision_note_sealed: null,
    changed_at: clock.now(),
  };
}

function sameRequest(known: RequestRow, digest: Uint8Array): { isNew: false } {
  const isSame = known.request_digest.length === digest.length &&
    known.request_digest.every((byte, at) => byte === digest[at]);
  if (!isSame) throw new DomainError("refund.id_taken", `Refund id "${known.id}" is taken`);
  return { isNew: false };
}

/** Of the request's content and who asks; the id is its name, not its content. */
export function digestOf({ orderId, lines, why, asker }: Omit<Asked, "id" | "note">): Uint8Array {
  const who = asker.by === "patient" ? asker.terminalId : asker.accountId;
  const content = [orderId, lines, why, asker.by, who];
  return new Uint8Array(createHash("sha256").update(JSON.stringify(content)).digest());
}
