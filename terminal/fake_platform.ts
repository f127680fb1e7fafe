import { Hono } from "hono";
import {
  type CreateOrderBody,
  createOrderBodySchema,
} from "../server/modules/checkout/contract.ts";
import type { OrderView } from "../server/modules/checkout/contract.ts";
import {
  terminalEventsBodySchema,
  type TerminalJournalEvent,
} from "../server/modules/fleet/contract.ts";
import type { IdentifyReply } from "../server/modules/identity/contract.ts";
import type { TerminalSettings } from "../server/modules/settings/contract.ts";

/** For tests of the terminal: the platform's side of the line, with the line in the test's hand. */

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export class FakePlatform {
  /** Every request that arrived, oldest first. */
  readonly heard: Heard[] = [];
  /** As they came, repeated ones too. */
  readonly events: TerminalJournalEvent[] = [];
  /** One of these makes its whole batch refused. */
  refuseEvent: (event: TerminalJournalEvent) => boolean = () => false;
  readonly orders = new Map<string, { readonly body: string; view: OrderView }>();
  /** Called while a create is being handled, before anything is answered. */
  onCreate: (body: CreateOrderBody) => void = () => {};
  /** What a create is refused with, once. */
  refusal: { readonly status: number; readonly code: string } | null = null;
  readonly #awaited: {
    readonly method: string;
    readonly path: string;
    readonly resolve: () => void;
  }[] = [];
  #answersToLose = 0;
  #requestsToLose = 0;
  readonly #app = this.#routes();

  /** The request arrives and is done, but its answer never comes back. */
  loseAnswers(count: number): void {
    this.#answersToLose = count;
  }

  loseRequests(count: number): void {
    this.#requestsToLose = count;
  }

  heardOf(method: string, path: string): Heard[] {
    return this.heard.filter((one) => one.method === method && one.path === path);
  }

  /** Resolves with the next such request. */
  waitFor(method: string, path: string): Promise<void> {
    return new Promise((resolve) => this.#awaited.push({ method, path, resolve }));
  }

  move(id: string, change: Partial<OrderView>): void {
    const order = this.orders.get(id);
    if (!order) throw new Error(`Cannot move order "${id}": expected one that was created`);
    order.view = { ...order.view, ...change };
  }

  readonly fetch: typeof fetch = async (input, init) => {
    init?.signal?.throwIfAborted();
    if (this.#requestsToLose > 0) {
      this.#requestsToLose -= 1;
      throw new TypeError("connection refused");
    }
    const request = new Request(input, init);
    const body = await request.clone().text();
    const path = new URL(request.url).pathname.replace("/api/terminal/v1", "");
    this.heard.push({ method: request.method, path, body });
    for (const one of this.#awaited) {
      if (one.method === request.method && one.path === path) one.resolve();
    }
    const response = await this.#app.fetch(request);
    if (this.#answersToLose > 0) {
      this.#answersToLose -= 1;
      throw new TypeError("connection reset");
    }
    return response;
  };

  #routes(): Hono {
    const app = new Hono().basePath("/api/terminal/v1");
    app.get("/settings", (context) => context.json(SETTINGS));
    app.post("/identifications", async (context) => {
      const { id } = await context.req.json();
      const reply: IdentifyReply = {
        kind: "known",
        id,
        patient: {
          maskedName: "陈*明",
          maskedIdNumber: "4419**********0012",
          maskedPhone: null,
          gender: "male",
          age: 60,
        },
        insurance: { status: "not_covered" },
      };
      return context.json(reply);
    });
    app.delete("/identifications/:id", (context) => context.body(null, 204));
    app.get("/identifications/:id/bills", (context) => context.json({ bills: [] }));
    app.post("/orders", async (context) => {
      const body = createOrderBodySchema.parse(await context.req.json());
      this.onCreate(body);
      if (this.refusal) {
        const { status, code } = this.refusal;
        this.refusal = null;
        return problem(status, code);
      }
      const known = this.orders.get(body.id);
      if (known && known.body !== JSON.stringify(body)) return problem(409, "checkout.conflict");
      if (known) return context.json(known.view, 200);
      const view = newView(body);
      this.orders.set(body.id, { body: JSON.stringify(body), view });
      return context.json(view, 201);
    });
    app.get("/orders/:id", (context) => {
      const order = this.orders.get(context.req.param("id"));
      return order ? context.json(order.view) : problem(404, "checkout.not_found");
    });
    app.post("/orders/:id/cancel", (context) => {
      this.move(context.req.param("id"), {
        state: "unwound",
        stage: "returned",
        cancellable: false,
      });
      return context.json(this.orders.get(context.req.param("id"))?.view);
    });
    app.post("/orders/:id/tender", (context) => {
      this.move(context.req.param("id"), { state: "collecting", stage: "pay" });
      return context.json(this.orders.get(context.req.param("id"))?.view);
    });
    app.get("/pad-keys", (context) => context.json({ master: null, version: null, wanted: false }));
    app.get("/pulse", (context) => context.body(null, 204));
    app.post("/heartbeats", (context) => context.body(null, 204));
    app.post("/events", async (context) => {
      const { events } = terminalEventsBodySchema.parse(await context.req.json());
      if (events.some(this.refuseEvent)) return problem(400, "request.malformed");
      this.events.push(...events);
      return context.json({ keptUpTo: events.at(-1)?.number ?? 0 });
    });
    app.post("/calls", (context) => context.json({ number: "A1" }));
    return app;
  }
}

export const SETTINGS: TerminalSettings = {
  terminal: { number: "0317", suspended: false },
  institution: { name: "茶山社区卫生服务中心", code: "H44190000001", staffPhone: "0769-00000001" },
  brand: { product: "社区诊疗一卡通", city: "东莞", logoSvg: null, accent: null },
  services: [{ service: "pay", open: true, reason: null }],
  idle: { warnAfterMs: 60_000, endAfterMs: 90_000 },
  tenderModes: ["show_code", "scan_code", "card"],
  faceCheck: "last4",
  serverTime: "2026-03-12T01:30:15.000Z",
};

export function newView(body: CreateOrderBody): OrderView {
  return {
    id: body.id,
    number: "A7K2",
    state: "priced",
    stage: "preparing",
    kind: body.payable.kind,
    title: "门诊缴费",
    settlement: body.settlement,
    quote: null,
    tender: null,
    deadline: null,
    reason: null,
    cancellable: true,
    receipt: null,
  };
}

function problem(status: number, code: string): Response {
  const body = {
    type: "about:blank",
    title: code,
    status,
    code,
    retry: "never",
    traceId: "t-1",
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json" },
  });
}
