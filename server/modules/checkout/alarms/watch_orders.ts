import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import type { Log } from "../../../platform/log.ts";
import type { Metrics } from "../../../platform/metrics.ts";
import { listOpenHolds } from "../../ledger/open_holds.ts";
import type { LedgerTables } from "../../ledger/tables.ts";
import type { SettingValue } from "../../settings/setting.ts";
import type { CheckoutTables } from "../tables.ts";
import { ALARM_LEVELS, type AlarmAges, type AlarmLevel, alarmLevel } from "./alarm_level.ts";
import { selectContradicted } from "../stated/store.ts";
import { selectUnanswered } from "./store.ts";

interface WatchOrdersDeps {
  readonly db: Kysely<CheckoutTables & LedgerTables>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** What holds for the whole city. */
  readonly alarms: () => Promise<SettingValue<"checkout.alarms">>;
}

const ALARM_KINDS = ["unknown", "held", "contradicted"] as const;
type AlarmKind = (typeof ALARM_KINDS)[number];

interface Aged {
  readonly orderId: string;
  readonly institutionId: string;
  readonly ageMs: number;
}

const ORDERS_MAX = 500;
const MINUTE_MS = 60_000;

/** For who is woken up by it: what it means, and what not to do. */
const SAID: Readonly<Record<AlarmKind, string>> = {
  unknown:
    "Order without an answer for long: money may have moved, do not charge again; see 订单与异常队列",
  held: "Money paid and not posted by HIS for long: HIS or the refund is behind; see 未入账款",
  contradicted:
    "A refund's outcome is not as two persons stated it: pay nothing out before it is clear; see 退费",
};

/**
 * Orders that have stood too long, counted for metrics; each is logged once when it comes to a
 * level, and again by a process that has just started.
 */
export function createOrderWatch(deps: WatchOrdersDeps): () => Promise<void> {
  let told = new Map<string, AlarmLevel>();
  return async () => {
    const ages = await deps.alarms();
    const now = deps.clock.now();
    const seen = new Map<string, AlarmLevel>();
    const found = {
      unknown: await unanswered(deps, { ages: ages.unknown, now }),
      held: await listOpenHolds(deps, now),
      contradicted: await contradicted(deps, now),
    };
    const agesOf = { ...ages, contradicted: AT_ONCE };
    for (const kind of ALARM_KINDS) {
      const counts = new Map<AlarmLevel, number>();
      for (const order of found[kind]) {
        const level = alarmLevel(order.ageMs, agesOf[kind]);
        if (level === null) continue;
        counts.set(level, (counts.get(level) ?? 0) + 1);
        const key = `${kind} ${order.orderId}`;
        seen.set(key, level);
        if (told.get(key) !== level) tell(deps.log, { kind, level, order });
      }
      for (const level of ALARM_LEVELS) {
        deps.metrics.set("yikatong_order_alarms", { kind, level }, counts.get(level) ?? 0);
      }
    }
    told = seen;
  };
}

async function unanswered(
  { db }: WatchOrdersDeps,
  { ages, now }: { readonly ages: AlarmAges; readonly now: Date },
): Promise<Aged[]> {
  const before = new Date(now.getTime() - ages.warnAfterMs);
  const orders = await selectUnanswered(db, { before, limit: ORDERS_MAX });
  return orders.map(({ id, at, institution_id }) => ({
    orderId: id,
    institutionId: institution_id,
    ageMs: now.getTime() - at.getTime(),
  }));
}

const AT_ONCE: AlarmAges = { warnAfterMs: 0, alarmAfterMs: 0 };

async function contradicted({ db }: WatchOrdersDeps, now: Date): Promise<Aged[]> {
  const rows = await selectContradicted(db, ORDERS_MAX);
  return rows.map(({ order_id, institution_id, changed_at }) => ({
    orderId: order_id,
    institutionId: institution_id,
    ageMs: Math.max(0, now.getTime() - changed_at.getTime()),
  }));
}

function tell(
  log: Log,
  { kind, level, order }: {
    readonly kind: AlarmKind;
    readonly level: AlarmLevel;
    readonly order: Aged;
  },
): void {
  const { orderId, institutionId, ageMs } = order;
  const about = { orderId, institutionId, minutes: Math.floor(ageMs / MINUTE_MS) };
  if (level === "alarm") log.error(SAID[kind], about);
  else log.warn(SAID[kind], about);
}
