import { type CardFault, type SimulatedCard } from "../../../sandbox/devices/card_reader.ts";
import { ManualPause } from "../../../sandbox/devices/manual_pause.ts";
import { SimulatedCrt571 } from "../../../sandbox/devices/motor_reader/simulated_crt571.ts";
import type { CardReaderRig } from "../../conformance/card_reader.ts";
import type { CardReader, SocialSecurityCard } from "../../contract.ts";
import { Listeners } from "../../listeners.ts";
import { linePair } from "../../line_pair.ts";
import type { ByteLine } from "../../line.ts";
import { openCrt571 } from "../../motor_reader/crt571.ts";
import { SHORT_WAITS } from "../../motor_reader/testing/motor_rig.ts";
import { openManualCardReader } from "../manual_card_reader.ts";
import { openMotorCardReader } from "../motor_card_reader.ts";
import type { CardChip } from "../card_chip.ts";
import { FakeChip } from "./fake_chip.ts";

export const CARD: SocialSecurityCard = {
  region: "441900",
  socialSecurityNumber: "441900199001010000",
  cardNumber: "X00000019",
  cardIdentifier: "441900D15600000500BF7C7A48FB4966",
  name: "陈测试",
  version: "3.00",
};

const PERIOD_MS = 5;

function newCard(fault: CardFault | null = null): SimulatedCard {
  return { card: CARD, bank: null, entry: "inserted", fault, gone: new AbortController() };
}

/** A CRT-571 on its line with a chip library of ours. */
export class MotorCardRig implements CardReaderRig, AsyncDisposable {
  readonly simulator = new SimulatedCrt571<SimulatedCard>({
    pause: () => Promise.resolve(),
    moveTakesMs: 0,
  });
  readonly chip: FakeChip;
  readonly movements: string[] = [];
  /** A library that needs no time; what it finds is the card there. */
  readonly readAtOnce: CardChip["readCard"] = (place) => {
    const card = place === "contactless" ? this.#onAerial() : this.simulator.path.medium;
    if (!card?.card) return Promise.resolve({ kind: "failed", reason: "no_card" });
    return Promise.resolve({ kind: "done", value: card.card });
  };
  readonly fillBin = (): void => {
    while (!this.simulator.path.isBinFull) this.simulator.path.fill();
  };
  readonly jam = (kind: "loose" | "stuck"): void => this.simulator.path.jamCard(kind);
  readonly tapGood = (): void => {
    this.#coming = newCard();
  };
  readonly #manual = new ManualPause();
  readonly #stack = new AsyncDisposableStack();
  readonly #looked = new Listeners<null>();
  #tapped: SimulatedCard | null = null;
  /** On the aerial from the second look on. */
  #coming: SimulatedCard | null = null;
  #reader: CardReader | null = null;

  constructor() {
    this.chip = new FakeChip({
      pause: this.#manual.pause,
      cardAt: (place) => {
        const { path } = this.simulator;
        if (path.place === place) return path.medium;
        return place === "contactless" ? this.#onAerial() : null;
      },
    });
  }

  get reader(): CardReader {
    if (!this.#reader) throw new Error("Cannot use the rig: it is not open, expected open()");
    return this.#reader;
  }

  async open(): Promise<this> {
    const motor = this.#stack.use(
      await openCrt571({
        openLine: () => Promise.resolve(this.#plug()),
        keepMovement: ({ kind }) => Promise.resolve(void this.movements.push(kind)),
        waits: SHORT_WAITS,
        statusPeriodMs: PERIOD_MS,
        restPeriodMs: PERIOD_MS,
      }),
    );
    this.#reader = this.#stack.use(
      openMotorCardReader({ motor, chip: this.chip, tapPollMs: PERIOD_MS }),
    );
    return this;
  }

  /** Where nobody lets it in, it is found inside: a read may begin with both. */
  insert(fault: CardFault | null = null): void {
    const card = newCard(fault);
    if (!this.simulator.path.insert(card)) this.simulator.path.leaveInside(card);
  }

  /** It lies there already. */
  layGood(): void {
    this.#tapped = newCard();
  }

  /** So many looks at the aerial more. */
  async looked(times: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = this.#looked.add(() => void (--times === 0 && resolve()));
    await promise;
    end();
  }

  lift(): void {
    this.#tapped?.gone.abort();
    this.#tapped = null;
  }

  insertGood(): void {
    this.insert();
  }

  insertUnreadable(): void {
    this.insert("unreadable");
  }

  insertWrongWayRound(): void {
    this.insert("wrong_way_round");
  }

  pull(): void {
    this.simulator.path.pull().gone.abort();
  }

  reading(): Promise<void> {
    return this.#manual.reached();
  }

  finishReading(): void {
    this.#manual.release();
  }

  setOnline(online: boolean): void {
    this.simulator.setOnline(online);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  #onAerial(): SimulatedCard | null {
    this.#looked.tell(null);
    const seen = this.#tapped;
    this.#tapped ??= this.#coming;
    this.#coming = null;
    return seen;
  }

  #plug(): ByteLine {
    const [host, device] = linePair("reader");
    void this.simulator.serve(device);
    return host;
  }
}

/** A slot without a motor with a chip library of ours, which can tell presence or has to read. */
export class ManualCardRig implements CardReaderRig, AsyncDisposable {
  readonly tapGood = null;
  readonly fillBin = null;
  readonly jam = null;
  readonly chip: FakeChip;
  readonly reader: CardReader & AsyncDisposable;
  readonly #manual = new ManualPause();
  #card: SimulatedCard | null = null;

  constructor() {
    this.chip = new FakeChip({
      pause: this.#manual.pause,
      cardAt: (place) => place === "contact" ? this.#card : null,
    });
    this.reader = openManualCardReader({ chip: this.chip, pollMs: PERIOD_MS });
  }

  insertGood(): void {
    this.#card = newCard();
  }

  insertUnreadable(): void {
    this.#card = newCard("unreadable");
  }

  insertWrongWayRound(): void {
    this.#card = newCard("wrong_way_round");
  }

  pull(): void {
    this.#card?.gone.abort();
    this.#card = null;
  }

  reading(): Promise<void> {
    return this.#manual.reached();
  }

  finishReading(): void {
    this.#manual.release();
  }

  setOnline(online: boolean): void {
    if (online) this.chip.revive();
    else this.chip.die();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.reader[Symbol.asyncDispose]();
  }
}
