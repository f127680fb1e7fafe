import type {
  ChooseTenderBody,
  CreateOrderBody,
  OrderView,
  PresentedCardBody,
} from "../server/modules/checkout/contract.ts";
import type { Clock } from "../server/platform/clock.ts";
import { reasonOf } from "../server/platform/errors.ts";
import { newId, timeOfId } from "../server/platform/ids.ts";
import type { Log } from "../server/platform/log.ts";
import type { Problem } from "../server/platform/openapi.ts";
import type { NewOrderRequest, OrderReply, TerminalEvent } from "./contract.ts";
import { type Journal, type JournalledOrder, OPEN_ORDERS_MAX } from "./journal.ts";
import {
  askOrder,
  cancelOrder,
  chooseTender,
  closeTender,
  confirmOrder,
  createOrder,
} from "./platform_calls.ts";
import type { PlatformAnswer, PlatformCall, PlatformClient } from "./platform_client.ts";
import { type FollowStep, isDefinite, progressOf, waitMs } from "./order_rules.ts";
import type { Pause } from "../server/platform/pause.ts";
import { JOURNAL_FULL, ORDER_NOT_HERE, type Refusal } from "./problems.ts";

export type OrderAnswer =
  | { readonly kind: "reply"; readonly reply: OrderReply }
  | { readonly kind: "problem"; readonly problem: Problem }
  | { readonly kind: "refusal"; readonly refusal: Refusal };

export type TenderChoice =
  | { readonly mode: "show_code" }
  | { readonly mode: "scan_code" | "citizen_code"; readonly code: string }
  | { readonly mode: "medical_mix" };

export type OrderEvent = Extract<TerminalEvent, { kind: "order" | "order_refused" }>;

interface Deps {
  readonly journal: Journal;
  readonly client: PlatformClient;
  readonly clock: Clock;
  readonly pause: Pause;
  readonly log: Log;
  readonly tell: (event: OrderEvent) => void;
  /** Of every order in flight, also of patients who went. */
  readonly watch: (identificationId: string, view: OrderView) => void;
}

/** After a restart the patient of an order this young is taken to be still standing there. */
const RESUMED_SHOWN_MS = 5 * 60_000;

/** Orders that take longer to be heard of are followed on; the kiosk opens meanwhile. */
const CATCH_UP_MS_MAX = 10_000;

/** The platform's word for an order it never took. */
const ORDER_UNKNOWN = "checkout.not_found";

/** An order that is being followed. */
interface Flight {
  /** Wakes the follower before its wait is over. */
  wake: AbortController;
  /** Counts views, so that an answer overtaken by a newer one is dropped. */
  views: number;
  /** Whoever waits for an asking that begins after now. */
  wanted: PromiseWithResolvers<void> | null;
  done: Promise<void>;
}

/**
 * Orders from the moment they are on disk till their end is known: sent again under the same id
 * when an answer is lost or the terminal restarts, followed, and told to the screen that shows them.
 */
export class Orders {
  readonly #deps: Deps;
  readonly #stop = new AbortController();
  readonly #flights = new Map<string, Flight>();
  /** Orders of the present session, or found at the start: only these are told to the screen. */
  readonly #shown = new Map<string, OrderView | null>();
  /** Orders of the present session that the platform refused in the end. */
  readonly #refused = new Map<string, Problem>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Takes up what was in flight when the terminal last stopped. */
  resume(): void {
    const now = this.#deps.clock.now().getTime();
    for (const { body } of this.#deps.journal.openOrders()) {
      const ageMs = now - timeOfId(body.id).getTime();
      if (ageMs < RESUMED_SHOWN_MS) this.#shown.set(body.id, null);
      this.#follow(body.id);
    }
  }

  /** The line is back: every order in flight is asked about once more before anybody begins anew. */
  async catchUp(): Promise<void> {
    const asked = [...this.#flights.values()].map((flight) => {
      flight.wanted ??= Promise.withResolvers<void>();
      flight.wake.abort();
      return flight.wanted.promise;
    });
    const enough = new AbortController();
    const late = this.#deps.pause(
      CATCH_UP_MS_MAX,
      AbortSignal.any([enough.signal, this.#stop.signal]),
    );
    await Promise.race([Promise.all(asked), late]);
    enough.abort();
  }

  async create(request: NewOrderRequest): Promise<OrderAnswer> {
    const open = this.#deps.journal.openOrders();
    const same = open.find((order) => this.#shown.has(order.body.id) && asksSame(order, request));
    if (same) return this.#reply(same.body.id);
    if (open.length >= OPEN_ORDERS_MAX) return { kind: "refusal", refusal: JOURNAL_FULL };
    const body: CreateOrderBody = { id: newId(this.#deps.clock.now()), ...request };
    this.#deps.journal.keepOrder(body);
    this.#shown.set(body.id, null);
    const answer = await this.#deps.client.call(createOrder(body));
    if (answer.kind === "problem" && isDefinite(answer.problem)) {
      this.#refuse(body.id, answer.problem);
      return { kind: "problem", problem: answer.problem };
    }
    if (answer.kind === "answered") this.#note(answer.value);
    this.#follow(body.id);
    return this.#reply(body.id);
  }

  look(id: string): OrderAnswer {
    const problem = this.#refused.get(id);
    if (problem) return { kind: "problem", problem };
    if (!this.#shown.has(id)) return { kind: "refusal", refusal: ORDER_NOT_HERE };
    this.#wake(id);
    return this.#reply(id);
  }

  confirm(id: string, quoteVersion: number): Promise<OrderAnswer> {
    return this.#act(id, confirmOrder(id, quoteVersion));
  }

  chooseTender(id: string, choice: TenderChoice): Promise<OrderAnswer> {
    const body: ChooseTenderBody = { id: newId(this.#deps.clock.now()), ...choice };
    return this.#act(id, chooseTender(id, body));
  }

  /** Under the id that the pad signed; false when the platform refused it for good. */
  async presentCard(
    id: string,
    presented: { readonly id: string; readonly card: PresentedCardBody },
  ): Promise<boolean> {
    const answer = await this.#act(id, chooseTender(id, { mode: "card", ...presented }));
    return answer.kind === "reply";
  }

  closeTender(id: string): Promise<OrderAnswer> {
    return this.#act(id, closeTender(id));
  }

  cancel(id: string): Promise<OrderAnswer> {
    return this.#act(id, cancelOrder(id));
  }

  /** What is known of a shown order; null for one of another session. */
  findShown(id: string): { readonly view: OrderView | null; readonly number: string } | null {
    const view = this.#shown.get(id);
    if (view === undefined) return null;
    return { view, number: view?.number ?? this.#deps.journal.findOrder(id)?.number ?? id };
  }

  /** The session is over: its orders are followed on, but no screen hears of them. */
  leave(): void {
    const left = [...this.#shown.keys()];
    this.#shown.clear();
    this.#refused.clear();
    for (const id of left) this.#flights.get(id)?.wake.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled([...this.#flights.values()].map((flight) => flight.done));
  }

  async #act(id: string, call: PlatformCall<OrderView>): Promise<OrderAnswer> {
    if (!this.#shown.has(id)) return { kind: "refusal", refusal: ORDER_NOT_HERE };
    const answer = await this.#deps.client.call(call);
    if (this.#stop.signal.aborted) return { kind: "reply", reply: { id, view: null } };
    if (answer.kind === "answered") this.#note(answer.value);
    this.#wake(id);
    if (!this.#shown.has(id)) return { kind: "refusal", refusal: ORDER_NOT_HERE };
    switch (answer.kind) {
      case "answered":
        return { kind: "reply", reply: { id, view: answer.value } };
      case "problem":
        return { kind: "problem", problem: answer.problem };
      case "no_answer":
        return { kind: "reply", reply: { id, view: null } };
    }
  }

  #reply(id: string): OrderAnswer {
    return { kind: "reply", reply: { id, view: this.#shown.get(id) ?? null } };
  }

  #follow(id: string): void {
    if (this.#flights.has(id) || this.#stop.signal.aborted) return;
    const order = this.#deps.journal.findOrder(id);
    if (!order || order.progress === "final" || order.progress === "refused") return;
    const flight: Flight = {
      wake: new AbortController(),
      views: 0,
      wanted: null,
      done: Promise.resolve(),
    };
    this.#flights.set(id, flight);
    flight.done = this.#followOn(id, flight);
  }

  async #followOn(id: string, flight: Flight): Promise<void> {
    const { pause } = this.#deps;
    let failures = 0;
    try {
      while (!this.#stop.signal.aborted) {
        const { wanted } = flight;
        flight.wanted = null;
        const step = await this.#askOrWait(id, flight);
        wanted?.resolve();
        if (step === "ended") return;
        failures = step === "no_answer" ? failures + 1 : 0;
        if (flight.wanted) continue;
        flight.wake = new AbortController();
        const ms = waitMs(step, { failures, shown: this.#shown.has(id) });
        await pause(ms, AbortSignal.any([this.#stop.signal, flight.wake.signal]));
      }
    } finally {
      flight.wanted?.resolve();
      this.#flights.delete(id);
    }
  }

  /** A disk that is full for a while, say, leaves no order behind. */
  async #askOrWait(id: string, flight: Flight): Promise<FollowStep> {
    try {
      return await this.#ask(id, flight);
    } catch (thrown) {
      const reason = reasonOf(thrown);
      this.#deps.log.error("Cannot follow an order; tried again", { orderId: id, reason });
      return "no_answer";
    }
  }

  async #ask(id: string, flight: Flight): Promise<FollowStep> {
    const order = this.#deps.journal.findOrder(id);
    if (!order || order.progress === "final" || order.progress === "refused") return "ended";
    const views = flight.views;
    const answer = order.progress === "sending"
      ? await this.#sendAgain(order)
      : await this.#deps.client.call(askOrder(id));
    if (this.#stop.signal.aborted) return "no_answer";
    if (answer.kind !== "answered") return this.#judgeSilence(order, answer);
    if (flight.views === views) this.#note(answer.value);
    await this.#letGo(answer.value);
    const progress = this.#deps.journal.findOrder(id)?.progress;
    return progress === "final" ? "ended" : progress === "attention" ? "attention" : "moving";
  }

  /** The patient went away before money was touched: slot and bills are set free at once. */
  async #letGo(view: OrderView): Promise<void> {
    if (this.#shown.has(view.id) || !view.cancellable || view.tender) return;
    const answer = await this.#deps.client.call(cancelOrder(view.id));
    if (answer.kind === "answered" && !this.#stop.signal.aborted) this.#note(answer.value);
  }

  /**
   * The same create under the same id. A definite refusal now says nothing about the first sending,
   * whose answer was lost, so the order itself is asked before it counts as refused.
   */
  async #sendAgain({ body }: JournalledOrder): Promise<PlatformAnswer<OrderView>> {
    const answer = await this.#deps.client.call(createOrder(body));
    if (answer.kind !== "problem" || !isDefinite(answer.problem)) return answer;
    const asked = await this.#deps.client.call(askOrder(body.id));
    return asked.kind === "problem" && asked.problem.code === ORDER_UNKNOWN ? answer : asked;
  }

  #judgeSilence(
    { body, progress }: JournalledOrder,
    answer: Exclude<PlatformAnswer<OrderView>, { kind: "answered" }>,
  ): FollowStep {
    if (answer.kind === "no_answer" || !isDefinite(answer.problem)) return "no_answer";
    // An order the platform had taken cannot vanish: that is asked again, never dropped.
    if (progress !== "sending") return "no_answer";
    this.#refuse(body.id, answer.problem);
    return "ended";
  }

  #note(view: OrderView): void {
    const { journal, tell, watch } = this.#deps;
    const { number, reason } = view;
    const order = journal.findOrder(view.id);
    if (order) watch(order.body.identificationId, view);
    journal.moveOrder(view.id, { progress: progressOf(view.state), number, reason });
    const flight = this.#flights.get(view.id);
    if (flight) flight.views += 1;
    const before = this.#shown.get(view.id);
    if (before === undefined || JSON.stringify(before) === JSON.stringify(view)) return;
    this.#shown.set(view.id, view);
    tell({ kind: "order", order: view });
  }

  #refuse(id: string, problem: Problem): void {
    const { journal, log, tell } = this.#deps;
    journal.moveOrder(id, { progress: "refused", reason: problem.code });
    log.warn("The platform refused an order", { orderId: id, code: problem.code });
    if (!this.#shown.delete(id)) return;
    this.#refused.set(id, problem);
    tell({ kind: "order_refused", id, problem });
  }

  #wake(id: string): void {
    const flight = this.#flights.get(id);
    if (flight) flight.wake.abort();
    else this.#follow(id);
  }
}

function asksSame({ body }: JournalledOrder, request: NewOrderRequest): boolean {
  return body.identificationId === request.identificationId &&
    body.settlement === request.settlement && body.scheme === request.scheme &&
    body.payer?.consentId === request.payer?.consentId &&
    JSON.stringify(body.payable) === JSON.stringify(request.payable);
}
