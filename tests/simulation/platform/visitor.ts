import type { ChooseTenderBody, Payable } from "../../../server/modules/checkout/contract.ts";
import {
  cancelOrder,
  chooseTender,
  closeTender,
  confirmOrder,
} from "../../../server/modules/checkout/act_on_order.ts";
import { createOrder } from "../../../server/modules/checkout/create_order.ts";
import { type Order, orderKey } from "../../../server/modules/checkout/order.ts";
import {
  activeTender,
  isAgreed,
  needsTenderChoice,
} from "../../../server/modules/checkout/saga.ts";
import { findOrder } from "../../../server/modules/checkout/store.ts";
import { terminalActor } from "../../../server/modules/fleet/terminal_actor.ts";
import { findTradeById } from "../../../server/modules/payment/store.ts";
import { DomainError } from "../../../server/platform/errors.ts";
import type { Services } from "../../../server/services.ts";
import { Crashed } from "../../crash.ts";
import type { World } from "../../world.ts";
import { hold } from "../core/violation.ts";
import type { Visit, Way } from "../scenario.ts";
import type { Purses } from "./purses.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** A terminal asks again so often for what it does not know to have arrived. */
const LOOK_MS = 4_000;
const LOOKS_MAX = 60;
const REGRETS_SOONER = 20;

export interface VisitorDeps {
  readonly world: World;
  readonly time: VirtualTime;
  /** Any process that lives. */
  readonly services: () => Services | null;
  readonly purses: Purses;
  /** Orders that a patient was shown as completed. */
  readonly shown: Set<string>;
  readonly write: (line: string) => void;
}

export interface Errand {
  readonly name: string;
  readonly id: string;
  readonly identificationId: string;
  readonly payable: Payable;
  readonly idNumber: string;
}

/** A patient before a terminal, with a phone in the hand: the platform's own use cases. */
export class Visitor {
  readonly #deps: VisitorDeps;
  readonly #visit: Visit;
  readonly #errand: Errand;
  readonly #trades: string[] = [];
  /** Those that were on the screen, by their trades. */
  readonly #codes = new Map<string, string>();
  #begun = 0;
  #hasLeft = false;

  constructor(deps: VisitorDeps, visit: Visit, errand: Errand) {
    this.#deps = deps;
    this.#visit = visit;
    this.#errand = errand;
  }

  async stay(): Promise<void> {
    const { cancelsAfterMs } = this.#visit;
    const calledOff = cancelsAfterMs === null ? null : this.#cancelAfter(cancelsAfterMs);
    for (let look = 0; look < LOOKS_MAX && !this.#hasLeft; look++) {
      const waitMs = await this.#tried(() => this.#look()) ?? LOOK_MS;
      await this.#deps.time.sleep(waitMs);
    }
    await calledOff;
    for (const [tradeId, codeText] of this.#codes) await this.#payClosed(tradeId, codeText);
  }

  /** A code that the platform counts as closed is no good to anybody any more. */
  async #payClosed(tradeId: string, codeText: string): Promise<void> {
    const trade = await this.#tried(() => findTradeById(this.#services().checkout.db, tradeId));
    if (trade?.state !== "closed" && trade?.state !== "refused") return;
    const isPaid = await this.#phone(codeText);
    hold(
      !isPaid,
      () => `the code of trade ${tradeId} is ${trade.state}, and was paid all the same`,
    );
  }

  /** How long till the terminal looks again. */
  async #look(services = this.#services()): Promise<number> {
    const order = await findOrder(
      services.checkout.db,
      services.rowTags,
      orderKey(this.#errand.id),
    );
    if (!order) {
      await this.#create(services);
      return this.#visit.thinkMs;
    }
    this.#hasLeft = order.saga.stop !== null || order.completedAt !== null;
    if (order.completedAt !== null) this.#deps.shown.add(order.id);
    if (needsTenderChoice(order.saga)) return await this.#choose(services, order);
    if (order.saga.quote && !isAgreed(order.saga)) return await this.#confirm(services, order);
    await this.#attend(order);
    return LOOK_MS;
  }

  async #create(services: Services): Promise<void> {
    const terminalId = this.#deps.world.terminal.id;
    const site = await services.sites.get(terminalId);
    const { id, identificationId, payable } = this.#errand;
    await createOrder(services.checkout, {
      body: {
        id,
        identificationId,
        payable,
        settlement: this.#visit.settlement,
      },
      terminalId,
      institutionId: site.institution.id,
      where: services.checkout.orderSite(site),
      actor: terminalActor(site, { address: null, traceId: id }),
      authorise: () => Promise.resolve(),
    });
  }

  async #confirm(services: Services, order: Order): Promise<number> {
    if (!this.#visit.confirms) this.#hasLeft = true;
    else {
      const { quoteVersion } = order.saga;
      await confirmOrder(services.checkout, await this.#of(services), { quoteVersion });
    }
    return this.#visit.thinkMs;
  }

  async #choose(services: Services, order: Order): Promise<number> {
    const { ways, thinkMs } = this.#visit;
    if (this.#trades.length > ways.length + 1) this.#hasLeft = true;
    const way = ways[Math.min(this.#trades.length, ways.length - 1)] ?? ways[0];
    const id = this.#deps.world.id();
    const nth = this.#trades.push(id);
    const body = await this.#deps.purses.present({
      id,
      way,
      // Whoever could not pay so takes a wallet next.
      purse: nth % 2 === 1 ? this.#visit.purse : "wallet",
      idNumber: this.#errand.idNumber,
      amountFen: order.saga.quote?.cash ?? 0n,
      serial: this.#visit.n * 10 + nth,
    });
    await Promise.all([this.#take(services, body), this.#regret(way, body)]);
    return thinkMs;
  }

  async #take(services: Services, body: ChooseTenderBody): Promise<void> {
    await chooseTender(services.checkout, await this.#of(services), body);
  }

  /** Cards and consumption codes pay at once: whoever thinks better of it does so meanwhile. */
  async #regret({ deed, afterMs }: Way, { mode }: ChooseTenderBody): Promise<void> {
    const paysAtOnce = mode === "card" || mode === "citizen_code";
    if (!paysAtOnce || (deed !== "changes_mind" && deed !== "pays_after_close")) return;
    await this.#deps.time.sleep(afterMs / REGRETS_SOONER);
    await this.#tried(() => this.#drop());
  }

  /** What the patient does with the way that is open, once. */
  async #attend(order: Order): Promise<void> {
    const tender = activeTender(order.saga);
    const tradeId = tender && order.choices.get(tender.n)?.tradeId;
    if (tender?.state !== "pending" || tradeId === undefined) return;
    const n = this.#trades.indexOf(tradeId);
    const way = this.#visit.ways[n] ?? this.#visit.ways.at(-1);
    if (n < this.#begun || !way) return;
    this.#begun = n + 1;
    const trade = await findTradeById(this.#services().checkout.db, tradeId);
    const codeText = trade?.codeText ?? null;
    if (codeText !== null) this.#codes.set(tradeId, codeText);
    await this.#do(way, codeText);
  }

  async #do(way: Way, codeText: string | null): Promise<void> {
    const { time } = this.#deps;
    const pays = async (afterMs: number) => {
      await time.sleep(afterMs);
      await this.#phone(codeText);
    };
    switch (way.deed) {
      case "pays":
      case "pays_late":
        return await pays(way.afterMs);
      case "changes_mind":
      case "declined":
        await time.sleep(way.afterMs);
        return await this.#drop();
      case "pays_after_close":
        await time.sleep(way.afterMs);
        await Promise.all([this.#drop(), pays(this.#visit.thinkMs / 20)]);
        return;
      case "walks_away":
      case "password_never":
        this.#hasLeft = true;
        return;
      case "password":
    }
  }

  async #drop(): Promise<void> {
    const services = this.#services();
    await closeTender(services.checkout, await this.#of(services));
  }

  async #phone(codeText: string | null): Promise<boolean> {
    if (codeText === null) return false;
    const reply = await this.#deps.world.control("/aggregate-pay/sandbox/phone", {
      do: "pay",
      codeText,
    });
    const { kind }: { kind: string } = await reply.json();
    this.#deps.write(`${this.#errand.name} phone ${kind}`);
    return kind === "done";
  }

  async #cancelAfter(ms: number): Promise<void> {
    await this.#deps.time.sleep(ms);
    await this.#tried(async () => {
      const services = this.#services();
      await cancelOrder(services.checkout, await this.#of(services));
    });
  }

  async #of(services: Services) {
    const terminalId = this.#deps.world.terminal.id;
    const site = await services.sites.get(terminalId);
    const actor = terminalActor(site, { address: null, traceId: this.#errand.id });
    return { id: this.#errand.id, terminalId, actor };
  }

  #services(): Services {
    const services = this.#deps.services();
    if (!services) throw new Crashed("no process is there");
    return services;
  }

  /** A terminal sees a refusal or no answer, and looks again. */
  async #tried<Value>(work: () => Promise<Value>): Promise<Value | null> {
    try {
      return await work();
    } catch (thrown) {
      if (!(thrown instanceof DomainError) && !(thrown instanceof Crashed)) throw thrown;
      const why = thrown instanceof DomainError ? thrown.code : thrown.name;
      this.#deps.write(`${this.#errand.name} ${why}`);
      return null;
    }
  }
}
