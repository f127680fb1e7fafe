import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Clock } from "../../server/platform/clock.ts";
import { faultMiddleware, type Faults } from "../faults.ts";
import { bankCalls, callOfPath } from "./bank_calls.ts";
import type { BankSecrets } from "./bank_signature.ts";
import { BankStore } from "./bank_store.ts";
import { bankControls } from "./bank_controls.ts";
import { deliverNotices } from "./notices.ts";
import { type Bank, currentOrder } from "./order_book.ts";

export interface AggregatePaySandboxOptions {
  /** File of the bank's books, or `:memory:`. */
  readonly store: string;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly secrets: BankSecrets;
  /** Where phones reach this app; begins the text of every QR. */
  readonly publicUrl: () => string;
  /** Reaches the platform's notify address. */
  readonly fetch: typeof fetch;
}

export interface AggregatePaySandbox extends Disposable {
  readonly app: Hono;
  /** Moves on what waits for the clock and sends the notices that are due; how many were sent. */
  tick(): Promise<number>;
}

const REQUEST_BYTES_MAX = 64 * 1024;
const ORDERS_AT_ONCE_MAX = 100;

/** The partner bank's aggregate-pay interface with its customers' phones (R-PAY-07). */
export function createAggregatePaySandbox(
  options: AggregatePaySandboxOptions,
): AggregatePaySandbox {
  const store = new BankStore(options.store);
  const bank: Bank = { store, clock: options.clock, faults: options.faults };
  const app = new Hono();
  app.get("/healthz", (c) => c.text("ok"));
  app.use(bodyLimit({ maxSize: REQUEST_BYTES_MAX }));
  app.route("/", bankControls(bank));
  app.use(
    "/:version/*",
    faultMiddleware({ faults: options.faults, party: "aggregate_pay", callOf: callOfPath }),
  );
  app.route("/", bankCalls(bank, options));
  return {
    app,
    async tick() {
      moveOn(bank);
      return await deliverNotices(bank, options);
    },
    [Symbol.dispose]: () => store[Symbol.dispose](),
  };
}

function moveOn(bank: Bank): void {
  const waiting = bank.store.ordersToMove(bank.clock.now().getTime(), ORDERS_AT_ONCE_MAX);
  for (const order of waiting) {
    bank.store.transaction(() => currentOrder(bank, order.number));
  }
}
