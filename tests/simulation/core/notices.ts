import type { Dice } from "../dice.ts";
import type { Agenda } from "./agenda.ts";
import type { SimulatedChannel } from "./channel.ts";
import type { Decisions } from "./decisions.ts";
import type { OrderRow } from "./order_row.ts";
import type { OrderStore } from "./order_store.ts";
import type { PlatformProcess } from "./platform.ts";

/** As a bank does it: again and again until somebody says it has arrived. */
const AGAIN_MS = 30_000;
const SLOW_MS_MAX = 45_000;
/** An event of the outbox whose worker died is taken by another after so long. */
const OUTBOX_MS = 60_000;

export interface NoticeWorld {
  readonly agenda: Agenda;
  readonly store: OrderStore;
  readonly channel: SimulatedChannel;
  readonly decisions: Pick<Decisions, "noticed">;
  readonly diceOf: (row: OrderRow) => Dice;
  readonly faultRateOf: (row: OrderRow) => number;
  readonly process: () => PlatformProcess | null;
  readonly write: (line: string) => void;
}

/** The channel says by itself that money came: late, twice, out of order, but in the end it says it. */
export class Notices {
  readonly #world: NoticeWorld;

  constructor(world: NoticeWorld) {
    this.#world = world;
  }

  begin(tradeId: string): void {
    const row = this.#rowOf(tradeId);
    if (!row) return;
    const dice = this.#world.diceOf(row);
    const faultRate = this.#world.faultRateOf(row);
    if (dice.chance(faultRate)) this.#deliver(tradeId, dice.below(SLOW_MS_MAX));
    this.#deliver(
      tradeId,
      dice.chance(faultRate) ? dice.below(SLOW_MS_MAX) : dice.between(20, 400),
    );
  }

  #rowOf(tradeId: string): OrderRow | undefined {
    const orderId = this.#world.channel.trades.get(tradeId)?.orderId;
    return orderId === undefined ? undefined : this.#world.store.rows.get(orderId);
  }

  #deliver(tradeId: string, inMs: number): void {
    this.#world.agenda.in(inMs, () => {
      const row = this.#rowOf(tradeId);
      const isLost = row && this.#world.diceOf(row).chance(this.#world.faultRateOf(row));
      // Taken once its evidence is stored; from then on the outbox keeps at it.
      const isTaken = !isLost && this.#world.process() !== null && !this.#world.store.isDown;
      if (isTaken) this.#hand(tradeId);
      else this.#deliver(tradeId, AGAIN_MS);
    });
  }

  #hand(tradeId: string): void {
    const { agenda, process, store, decisions, channel, write } = this.#world;
    const row = this.#rowOf(tradeId);
    const handler = process();
    const leg = row && [...row.trades].find(([, trade]) => trade.tradeId === tradeId)?.[0];
    if (!row || leg === undefined) return;
    let isHanded = false;
    const again = () => isHanded || agenda.in(0, () => this.#hand(tradeId));
    agenda.in(OUTBOX_MS, again);
    if (!handler || store.isDown) return;
    write(`${row.id} notice of ${tradeId}`);
    const amount = channel.trades.get(tradeId)?.paid ?? 0n;
    const fact = decisions.noticed({ leg, amount });
    handler.act(row.id, () => ({ fact }), { taken: () => isHanded = true });
  }
}
