import { type DatabaseConnection, type Dialect, type QueryResult } from "kysely";
import type { Ask, LegAnswer } from "../../../server/modules/checkout/leg.ts";
import type { CheckoutRoutesDeps } from "../../../server/modules/checkout/routes.ts";
import type { PlanErrand } from "../../../server/modules/checkout/legs.ts";
import { orderKey } from "../../../server/modules/checkout/order.ts";
import { postingsOf } from "../../../server/modules/checkout/postings.ts";
import { lockOrder } from "../../../server/modules/checkout/store.ts";
import { postMovement } from "../../../server/modules/ledger/post_movement.ts";
import { NOTHING_TO_DO } from "../../../server/modules/payment/leg_answer.ts";
import type { EventHandler } from "../../../server/platform/outbox.ts";
import type { Services } from "../../../server/services.ts";
import type { PlantedBug } from "../core/planted_bugs.ts";
import { withUnlockedOrders } from "./unlocked_orders.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** What is built into a simulated process between its parts; nothing in `server/` knows of it. */
export interface Misbuilt {
  database?(dialect: Dialect, time: VirtualTime): Dialect;
  services?(services: Services): Services;
  /** Of an event that a trade moved, behind the sound one. */
  onNotice?(services: Services): EventHandler;
}

export const PLATFORM_BUGS: Readonly<Record<PlantedBug, Misbuilt>> = {
  treats_unknown_as_failed: {
    services: (services) =>
      withTender(services, (_ask, call) => async () => {
        const answer = await call();
        return answer.kind === "unknown" ? { kind: "refused", code: "timeout", text: "" } : answer;
      }),
  },
  skips_the_row_lock: { database: withUnlockedOrders },
  forgets_to_close_at_the_channel: {
    services: (services) =>
      withTender(
        services,
        (ask, call) => ask === "close" ? () => Promise.resolve(NOTHING_TO_DO) : call,
      ),
  },
  applies_a_notice_twice: { onNotice: bookAgain },
  refunds_without_looking_at_the_remainder: { database: withoutRemainder },
};

type Call = () => Promise<LegAnswer>;

function withTender(services: Services, misjudge: (ask: Ask, call: Call) => Call): Services {
  const { tender } = services.checkout;
  const broken: PlanErrand<Parameters<typeof tender>[1]> = async (tx, context, ask) => {
    const errand = await tender(tx, context, ask);
    return {
      planned: errand.planned,
      call: misjudge(ask, () => errand.call()),
      record: (recordTx, answer) => errand.record(recordTx, answer),
    };
  };
  const own: Pick<CheckoutRoutesDeps, "tender"> = { tender: broken };
  return {
    ...services,
    checkout: { ...services.checkout, ...own },
    refunds: { ...services.refunds, ...own },
  };
}

/** Far from the numbers of an order's legs: the ledger posts what one leg moved only once. */
const NOTICE_LEG = 1_000;

/** The trade's money is posted by its notice, too, as a movement of its own. */
function bookAgain({ checkout, rowTags: tags }: Services): EventHandler {
  return async ({ payload: { orderId, tradeId } }) => {
    const key = orderKey(String(orderId));
    await checkout.db.transaction().execute(async (tx) => {
      const order = await lockOrder(tx, tags, key);
      const leg = order?.saga.legs.find(({ n, state }) =>
        state === "done" && order.choices.get(n)?.tradeId === tradeId
      );
      if (!order || !leg) return;
      const { id, at, institutionId } = order;
      const postings = postingsOf(order, leg);
      const movement = {
        orderId: id,
        orderAt: at,
        institutionId,
        leg: NOTICE_LEG + leg.n,
        postings,
      };
      await postMovement(tx, movement, { now: checkout.clock.now(), tags });
    });
  };
}

/** What was given back of a trade is never counted: every refund finds all of it there. */
function withoutRemainder(dialect: Dialect): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createDriver: () => {
      const driver = dialect.createDriver();
      const acquire = driver.acquireConnection.bind(driver);
      driver.acquireConnection = async (options) => forgetting(await acquire(options));
      return driver;
    },
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  };
}

const COUNTS_REFUND = 'update "payment_trade" set "refunded_fen" =';
const ONE_ROW: QueryResult<never> = { rows: [], numAffectedRows: 1n };

/** The embedded database has one connection, handed out again and again. */
const forgetful = new WeakSet<DatabaseConnection>();

function forgetting(connection: DatabaseConnection): DatabaseConnection {
  if (forgetful.has(connection)) return connection;
  forgetful.add(connection);
  const execute = connection.executeQuery.bind(connection);
  connection.executeQuery = (query) =>
    query.sql.startsWith(COUNTS_REFUND) ? Promise.resolve(ONE_ROW) : execute(query);
  return connection;
}
