import type { ReceiptPrinter } from "../ffi/contract.ts";
import type { RefundView, RequestRefundBody } from "../server/modules/refund/contract.ts";
import type { TerminalSettings } from "../server/modules/settings/contract.ts";
import type { Clock } from "../server/platform/clock.ts";
import { newId } from "../server/platform/ids.ts";
import type { PrintReply, RefundReply } from "./contract.ts";
import { askRefund, requestRefund } from "./platform_calls.ts";
import type { PlatformAnswer, PlatformCall } from "./platform_client.ts";
import { NOTHING_TO_PRINT, ORDER_NOT_HERE, type Refusal } from "./problems.ts";
import { printSlip } from "./slips/print_slip.ts";
import { refundSlip } from "./slips/refund_slip.ts";
import { slipOrigin } from "./slips/slip_origin.ts";

interface Deps {
  readonly client: {
    call(call: PlatformCall<RefundView>): Promise<PlatformAnswer<RefundView>>;
  };
  readonly clock: Clock;
  readonly printer: ReceiptPrinter;
  readonly settings: { readonly last: TerminalSettings | null };
}

export type RefundAnswer =
  | { readonly kind: "reply"; readonly reply: RefundReply }
  | Exclude<PlatformAnswer<RefundView>, { kind: "answered" }>
  | { readonly kind: "refusal"; readonly refusal: Refusal };

/**
 * Money back for the patient of this session. The platform drives a refund by itself: what is known
 * here is only what the screen and the slip need, and goes with the session.
 */
export class Refunds {
  readonly #deps: Deps;
  readonly #shown = new Map<string, RefundView | null>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** A lost answer leaves an id to ask under; it is not asked for twice. */
  async request(asked: Omit<RequestRefundBody, "id">): Promise<RefundAnswer> {
    const body = { id: newId(this.#deps.clock.now()), ...asked };
    this.#shown.set(body.id, null);
    const answer = await this.#deps.client.call(requestRefund(body));
    if (answer.kind === "problem") this.#shown.delete(body.id);
    if (answer.kind === "problem") return answer;
    return this.#reply(body.id, answer);
  }

  async look(id: string): Promise<RefundAnswer> {
    if (!this.#shown.has(id)) return { kind: "refusal", refusal: ORDER_NOT_HERE };
    const answer = await this.#deps.client.call(askRefund(id));
    return answer.kind === "problem" ? answer : this.#reply(id, answer);
  }

  async print(id: string): Promise<PrintReply | Refusal> {
    const view = this.#shown.get(id);
    if (view === undefined) return ORDER_NOT_HERE;
    if (view === null) return NOTHING_TO_PRINT;
    const { printer, settings } = this.#deps;
    return await printSlip(printer, refundSlip(view, slipOrigin(settings.last)));
  }

  /** The session is over. */
  leave(): void {
    this.#shown.clear();
  }

  #reply(id: string, answer: PlatformAnswer<RefundView>): RefundAnswer {
    const isShown = this.#shown.has(id);
    if (answer.kind === "answered" && isShown) this.#shown.set(id, answer.value);
    return { kind: "reply", reply: { id, view: this.#shown.get(id) ?? null } };
  }
}
