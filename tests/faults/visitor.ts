import type { Patient } from "../../bench/load/patients.ts";
import type { OrderView } from "../../server/modules/checkout/contract.ts";
import { newId } from "../../server/platform/ids.ts";
import type { CardDesk } from "./card_desk.ts";
import type { Errand } from "./errand.ts";
import { presentedCode } from "./presented_code.ts";
import { pause } from "./mortal_process.ts";
import { control, type TerminalLine } from "./terminal_line.ts";
import type { Told } from "./told.ts";
import type { CardPlan, Deed, VisitPlan, WayPlan } from "./visit_plan.ts";

/** How often a terminal looks, and for how long before its patient has gone. */
const LOOK_MS = 700;
const LOOKS_MAX = 90;
/** After the sale was sent, and perhaps before it was answered. */
const CARD_REGRET_MS = 150;

/** A choice is told again under its id when nobody answered. */
const TENDER_TRIES_MAX = 3;
const TENDER_TRY_MS = 1_000;

/** The patient's cards, and where this terminal takes them. */
export interface Wallet {
  readonly desk: CardDesk | null;
  readonly pans: Readonly<Record<CardPlan["kind"], string | null>>;
}

export interface VisitorDeps {
  readonly line: TerminalLine;
  readonly bankUrl: string;
  readonly patient: Patient;
  readonly wallet: Wallet;
  readonly told: Told;
  /** The house closes: whoever is still there leaves. */
  readonly closing: AbortSignal;
}

/** A patient before a terminal, with a phone and a card in the hand. */
export class Visitor {
  readonly #deps: VisitorDeps;
  readonly #plan: VisitPlan;
  readonly #errand: Errand;
  readonly #id = newId(new Date());
  #ways = 0;
  #attended = 0;
  #hasLeft = false;

  constructor(deps: VisitorDeps, plan: VisitPlan, errand: Errand) {
    this.#deps = deps;
    this.#plan = plan;
    this.#errand = errand;
  }

  /** The order's id once it is completed. */
  async stay(): Promise<string | null> {
    const { cancelsAfterMs } = this.#plan;
    const { closing } = this.#deps;
    const calledOff = cancelsAfterMs === null ? null : this.#cancelAfter(cancelsAfterMs);
    let view: OrderView | null = null;
    for (let look = 0; look < LOOKS_MAX && !this.#hasLeft && !closing.aborted; look++) {
      view = await this.#look();
      if (!this.#hasLeft) await pause(LOOK_MS);
    }
    await calledOff;
    if (view?.stage === "completed") this.#deps.told.completed.add(this.#id);
    return view?.stage === "completed" ? this.#id : null;
  }

  async #look(): Promise<OrderView | null> {
    const reply = await this.#deps.line.get<OrderView>(`/orders/${this.#id}`);
    if (reply?.status === 404) return await this.#create();
    if (!reply?.isOk) return null;
    await this.#go(reply.body);
    return reply.body;
  }

  async #create(): Promise<OrderView | null> {
    const body = { id: this.#id, ...this.#errand };
    const reply = await this.#deps.line.post<OrderView>("/orders", body);
    // What is refused stays so: another pays this bill, or HIS has it no more.
    if (reply && [400, 404, 409, 422].includes(reply.status)) this.#hasLeft = true;
    return reply?.isOk ? reply.body : null;
  }

  async #go(view: OrderView): Promise<void> {
    switch (view.stage) {
      case "confirm":
      case "confirm_again":
        return await this.#confirm(view);
      case "choose_tender":
        return await this.#choose(view);
      case "pay":
        return await this.#attend(view);
      case "completed":
      case "returned":
      case "attention":
        this.#hasLeft = true;
        return;
      case "preparing":
      case "working":
      case "unknown":
      case "returning":
        return;
      default:
        return view.stage satisfies never;
    }
  }

  async #confirm(view: OrderView): Promise<void> {
    await pause(this.#plan.thinkMs);
    if (!this.#plan.confirms) this.#hasLeft = true;
    else await this.#act("confirm", { quoteVersion: view.quote?.version });
  }

  async #choose(view: OrderView): Promise<void> {
    const { ways, n, thinkMs } = this.#plan;
    if (this.#ways > ways.length + 2) {
      this.#hasLeft = true;
      return;
    }
    await pause(thinkMs);
    const way = this.#wayAt(this.#ways);
    this.#ways += 1;
    if (way.mode === "card" && await this.#payByCard(view, way)) return;
    const id = newId(new Date());
    const serial = n * 10 + this.#ways;
    const { mode, code } = presentedCode(way, this.#deps.patient, serial);
    await this.#tender({ id, mode, ...(code !== null && { code }) });
  }

  /** False when it cannot be had: no such card, or a pad without keys. */
  async #payByCard(order: OrderView, { deed, afterMs, card }: WayPlan): Promise<boolean> {
    const { line, told, wallet: { desk, pans } } = this.#deps;
    const pan = pans[card.kind] ?? pans.bank_card;
    if (pan === null || desk === null) return false;
    this.#attended = this.#ways;
    if (deed === "password_never") {
      this.#hasLeft = true;
      return true;
    }
    if (deed === "pays_late") await pause(afterMs);
    const atHand = { pan, knowsPin: deed !== "declined", newKeys: card.newKeys };
    return await desk.take(
      { line, told, order, card: atHand },
      (tender) => this.#present(tender, deed),
    );
  }

  async #present(tender: unknown, deed: Deed): Promise<void> {
    const closes = deed === "pays_after_close" || deed === "changes_mind";
    if (deed === "walks_away") this.#hasLeft = true;
    const presented = this.#tender(tender);
    if (deed === "changes_mind") await pause(CARD_REGRET_MS);
    await Promise.all([presented, ...(closes ? [this.#act("tender/close")] : [])]);
  }

  async #tender(tender: unknown): Promise<void> {
    for (let n = 0; n < TENDER_TRIES_MAX && !this.#deps.closing.aborted; n++) {
      if (await this.#act("tender", tender)) return;
      await pause(TENDER_TRY_MS);
    }
  }

  #wayAt(n: number): WayPlan {
    const { ways } = this.#plan;
    return ways[Math.min(n, ways.length - 1)] ?? ways[0];
  }

  /** What the patient does with the way that is open, once. */
  async #attend({ tender }: OrderView): Promise<void> {
    if (this.#attended >= this.#ways) return;
    if (tender?.mode === "show_code" && tender.codeText === null) return;
    this.#attended = this.#ways;
    const way = this.#wayAt(this.#ways - 1);
    await this.#do(way, tender?.codeText ?? null);
  }

  async #do({ deed, afterMs }: WayPlan, codeText: string | null): Promise<void> {
    if (deed === "walks_away" || deed === "password_never") {
      this.#hasLeft = true;
      return;
    }
    await pause(afterMs);
    switch (deed) {
      case "pays":
      case "pays_late":
      case "password":
        return await this.#phone(codeText);
      case "changes_mind":
      case "declined":
        await this.#act("tender/close");
        return;
      case "pays_after_close":
        await Promise.all([this.#act("tender/close"), this.#phone(codeText)]);
        return;
      default:
        return deed satisfies never;
    }
  }

  async #phone(codeText: string | null): Promise<void> {
    if (codeText === null) return;
    const { bankUrl, told } = this.#deps;
    const body = { do: "pay", codeText };
    const reply = await control<{ kind: string }>(`${bankUrl}/sandbox/phone`, body);
    if (reply?.body.kind === "done") told.phonePays += 1;
  }

  async #cancelAfter(ms: number): Promise<void> {
    await pause(ms);
    await this.#act("cancel");
  }

  /** Whether anybody answered. */
  async #act(path: string, body?: unknown): Promise<boolean> {
    return await this.#deps.line.post(`/orders/${this.#id}/${path}`, body) !== null;
  }
}
