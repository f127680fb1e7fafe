import { paymentCode } from "../../sandbox/aggregate_pay/payment_code.ts";
import type { CodeStory } from "../../sandbox/aggregate_pay/payment_code.ts";
import { consumptionCode } from "../../sandbox/citizen_code/code_accounts.ts";
import { CODE_VALID_MS, presentCode } from "../../sandbox/citizen_code/present_code.ts";
import type { Patient } from "../../bench/load/patients.ts";
import type { OrderView } from "../../server/modules/checkout/contract.ts";
import { newId } from "../../server/platform/ids.ts";
import { pause } from "./mortal_process.ts";
import { control, type TerminalLine } from "./terminal_line.ts";
import type { Told } from "./told.ts";
import type { Deed, VisitPlan, WayPlan } from "./visit_plan.ts";

/** How often a terminal looks, and for how long before its patient has gone. */
const LOOK_MS = 700;
const LOOKS_MAX = 90;

export interface VisitorDeps {
  readonly line: TerminalLine;
  readonly bankUrl: string;
  readonly patient: Patient;
  readonly told: Told;
  /** The house closes: whoever is still there leaves. */
  readonly closing: AbortSignal;
}

export interface Errand {
  readonly identificationId: string;
  readonly billIds: readonly string[];
  readonly settlement: "insurance" | "self_pay";
}

/** A patient before a terminal, with a phone in the hand. */
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
    const { identificationId, billIds, settlement } = this.#errand;
    const reply = await this.#deps.line.post<OrderView>("/orders", {
      id: this.#id,
      identificationId,
      payable: { kind: "bills", billIds },
      settlement,
    });
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
        return await this.#choose();
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

  async #choose(): Promise<void> {
    const { ways, n, thinkMs } = this.#plan;
    if (this.#ways > ways.length + 2) {
      this.#hasLeft = true;
      return;
    }
    await pause(thinkMs);
    const way = this.#wayAt(this.#ways);
    this.#ways += 1;
    const id = newId(new Date());
    const serial = n * 10 + this.#ways;
    const { mode, code } = presented(way, this.#deps.patient, serial);
    await this.#act("tender", { id, mode, ...(code !== null && { code }) });
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

  async #act(path: string, body?: unknown): Promise<void> {
    await this.#deps.line.post(`/orders/${this.#id}/${path}`, body);
  }
}

const STORIES: Readonly<Partial<Record<Deed, CodeStory>>> = {
  declined: "insufficient",
  password: "password",
  password_never: "password_waits",
};
const WALLETS = ["WXPAY", "ALIPAY", "UNIONPAY"] as const;

/** Who has no consumption code shows the one of a wallet. */
function presented(
  { mode, deed }: WayPlan,
  { person }: Patient,
  serial: number,
): { readonly mode: WayPlan["mode"]; readonly code: string | null } {
  if (mode === "show_code") return { mode, code: null };
  const text = mode === "citizen_code" ? consumptionCode(person) : null;
  if (text !== null) {
    const ageMs = deed === "declined" ? 2 * CODE_VALID_MS : 0;
    return { mode, code: presentCode(text, new Date(Date.now() - ageMs)) };
  }
  const wallet = WALLETS[serial % WALLETS.length] ?? "WXPAY";
  const code = paymentCode(wallet, STORIES[deed] ?? "pays", serial);
  return { mode: "scan_code", code };
}
