import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import type { Actor } from "../../audit/actor.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import { apply } from "../apply.ts";
import { isClaimed } from "../drive_order.ts";
import type { CheckoutDb } from "../legs.ts";
import { type Order, ORDER_CHANGED, type OrderKey, orderRules, type OrderSite } from "../order.ts";
import { stateOf } from "../saga.ts";
import { findOrder, lockOrder, saveOrder } from "../store.ts";
import { selectInFlight } from "./store.ts";

export interface HurryOrdersDeps {
  readonly db: Kysely<CheckoutDb>;
  readonly clock: Clock;
  readonly tags: RowTags;
  readonly audit: AuditWriter;
  readonly rulesAt: (order: Order) => Promise<Pick<OrderSite, "profile" | "schedules">>;
}

export interface Hurried {
  readonly hurried: number;
  /** Somebody works on them just now, or they are due anyway. */
  readonly left: number;
  /** Their rows are not as the platform wrote them: people have to look. */
  readonly changed: number;
  /** The last one looked at, to go on from; null when there are no more. */
  readonly next: string | null;
}

const BATCH_ORDERS_MAX = 200;

/**
 * Every party of these institutions' orders is asked now, by the next worker, whatever the schedule
 * says: the batch of a cut-over (R-BIL-17). As often as anybody likes; what is due is left alone.
 */
export async function hurryOrders(
  deps: HurryOrdersDeps,
  { institutionIds, after, actor }: {
    readonly institutionIds: readonly string[];
    readonly after: string | null;
    readonly actor: Actor;
  },
): Promise<Hurried> {
  const limit = BATCH_ORDERS_MAX;
  const keys = await selectInFlight(deps.db, { institutionIds, after, limit });
  const counts = { hurried: 0, left: 0, changed: 0 };
  for (const key of keys) counts[await hurryOne(deps, key, actor)]++;
  const last = keys.at(-1);
  return { ...counts, next: last && keys.length === limit ? last.id : null };
}

async function hurryOne(
  deps: HurryOrdersDeps,
  key: OrderKey,
  actor: Actor,
): Promise<"hurried" | "left" | "changed"> {
  try {
    const known = await findOrder(deps.db, deps.tags, key);
    if (!known) return "left";
    const isHurried = await hurry(deps, { key, actor, where: await deps.rulesAt(known) });
    return isHurried ? "hurried" : "left";
  } catch (thrown) {
    if (thrown instanceof DomainError && thrown.code === ORDER_CHANGED) return "changed";
    throw thrown;
  }
}

async function hurry(
  { db, clock, tags, audit }: HurryOrdersDeps,
  { key, actor, where }: {
    readonly key: OrderKey;
    readonly actor: Actor;
    readonly where: Pick<OrderSite, "profile" | "schedules">;
  },
): Promise<boolean> {
  return await db.transaction().execute(async (tx) => {
    const stored = await lockOrder(tx, tags, key);
    const now = clock.now();
    if (!stored || isClaimed(stored, now)) return false;
    if (stored.saga.legs.every(({ lastAskAt }) => lastAskAt === null)) return false;
    const rules = orderRules(where, stored);
    const saga = apply(stored.saga, { kind: "hurried" }, { rules, now: now.getTime() });
    const state = stateOf(saga, rules);
    if (state === "completed" || state === "unwound") return false;
    const after = { ...stored, saga };
    await saveOrder(tx, { before: stored, after, state, nextAttemptAt: now, changedAt: now, tags });
    await audit.record(tx, actor, [{
      kind: "checkout.order_hurried",
      result: "succeeded",
      objectId: stored.id,
      orderId: stored.id,
      organisationId: stored.institutionId,
      fields: {},
    }]);
    return true;
  });
}
