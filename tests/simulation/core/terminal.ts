import {
  activeTender,
  isAgreed,
  isCancellable,
  type Leg,
  legOfKind,
  needsTenderChoice,
} from "../../../server/modules/checkout/saga.ts";
import type { Visit } from "../scenario.ts";
import type { Agenda } from "./agenda.ts";
import type { SimulatedChannel } from "./channel.ts";
import { newRow, type OrderRow, type TradeRow } from "./order_row.ts";
import { figuresOf } from "./figures.ts";
import type { OrderStore } from "./order_store.ts";
import type { ActOptions, Judge, PlatformProcess } from "./platform.ts";

/** A terminal asks again so often for what it does not know to have arrived. */
const LOOK_MS = 4_000;
const LOOKS_MAX = 80;

export interface TerminalWorld {
  readonly agenda: Agenda;
  readonly store: OrderStore;
  readonly channel: SimulatedChannel;
  readonly cashFirst: boolean;
  /** Any process that is up; null when none is. */
  readonly process: () => PlatformProcess | null;
}

/** A patient before a terminal, and the phone in the patient's hand. */
export class Terminal {
  readonly #world: TerminalWorld;
  readonly #visit: Visit;
  readonly #draft: OrderRow;
  #looks = 0;
  #hasLeft = false;
  /** Trades whose deed is under way. */
  readonly #begun = new Set<string>();

  constructor(world: TerminalWorld, visit: Visit, name: string) {
    this.#world = world;
    this.#visit = visit;
    const { cashFirst } = world;
    this.#draft = newRow({ id: name, visit, figures: figuresOf(visit), cashFirst });
  }

  begin(): void {
    this.#look();
    const { cancelsAfterMs } = this.#visit;
    if (cancelsAfterMs !== null) this.#world.agenda.in(cancelsAfterMs, () => this.#cancel());
  }

  #look(): void {
    if (this.#hasLeft || this.#looks++ > LOOKS_MAX) return;
    const row = this.#world.store.rows.get(this.#draft.id);
    if (row?.saga.stop || row?.isCompleted) return;
    const waitMs = row ? this.#actOn(row) : LOOK_MS;
    if (!row) this.#world.process()?.create(this.#draft);
    this.#world.agenda.in(waitMs, () => this.#look());
  }

  /** How long till the terminal looks again. */
  #actOn(row: OrderRow): number {
    const { saga } = row;
    if (needsTenderChoice(saga)) return this.#choose(row);
    if (saga.quote && !isAgreed(saga)) return this.#confirm(row);
    const tender = activeTender(saga);
    const trade = tender && row.trades.get(tender.n);
    if (tender?.state === "pending" && trade) this.#deed(row, tender, trade);
    return 1_500;
  }

  #confirm(row: OrderRow): number {
    if (!this.#visit.confirms) this.#hasLeft = true;
    else this.#act(row, agreeing(row.saga.quoteVersion));
    return this.#visit.thinkMs;
  }

  #choose(row: OrderRow): number {
    const { ways } = this.#visit;
    const way = ways[Math.min(row.trades.size, ways.length - 1)] ?? ways[0];
    if (row.trades.size > ways.length + 2) this.#hasLeft = true;
    const id = `${row.id}t${row.trades.size}`;
    this.#act(row, (read) => {
      const isKnown = [...read.trades.values()].some(({ tradeId }) => tradeId === id);
      if (isKnown || !needsTenderChoice(read.saga)) return null;
      return { fact: { kind: "chose_tender" }, way: { ...way, id } };
    }, { presents: id });
    return this.#visit.thinkMs;
  }

  /** What the patient does with the way chosen, once. */
  #deed(row: OrderRow, leg: Leg, { tradeId, way }: TradeRow): void {
    if (this.#begun.has(tradeId)) return;
    this.#begun.add(tradeId);
    const { agenda, channel } = this.#world;
    switch (way.deed) {
      case "pays":
      case "pays_late":
        return agenda.in(way.afterMs, () => channel.pay(tradeId));
      case "changes_mind":
        return agenda.in(way.afterMs, () => this.#act(row, dropping(leg.n)));
      case "pays_after_close":
        agenda.in(way.afterMs, () => this.#act(row, dropping(leg.n)));
        return agenda.in(way.afterMs + this.#visit.thinkMs * 2, () => channel.pay(tradeId));
      case "walks_away":
      case "password_never":
        this.#hasLeft = true;
        return;
      case "declined":
        return this.#act(row, dropping(leg.n));
      case "password":
    }
  }

  #cancel(): void {
    const row = this.#world.store.rows.get(this.#draft.id);
    if (row) this.#act(row, calledOff);
  }

  #act(row: OrderRow, judge: Judge, options: ActOptions = {}): void {
    this.#world.process()?.act(row.id, judge, options);
  }
}

function agreeing(quoteVersion: number): Judge {
  return ({ saga }) =>
    saga.stop !== null || saga.quoteVersion !== quoteVersion || isAgreed(saga)
      ? null
      : { fact: { kind: "agreed", quoteVersion } };
}

function dropping(n: number): Judge {
  return ({ saga }) => {
    const tender = activeTender(saga);
    if (saga.stop !== null || tender?.n !== n) return null;
    return ["asked", "pending", "unknown", "absent"].includes(tender.state)
      ? { fact: { kind: "dropped_tender" } }
      : null;
  };
}

const calledOff: Judge = ({ saga }) =>
  legOfKind(saga, "fulfilment") && isCancellable(saga)
    ? { fact: { kind: "stopped", stop: "cancelled" } }
    : null;
