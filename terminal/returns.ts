import type { ReceiptPrinter } from "../ffi/contract.ts";
import type { TerminalSettings } from "../server/modules/settings/contract.ts";
import type { Clock } from "../server/platform/clock.ts";
import { newId } from "../server/platform/ids.ts";
import type { PrintReply } from "./contract.ts";
import type { PlatformAnswer, PlatformCall } from "./platform_client.ts";
import { NOTHING_TO_PRINT, ORDER_NOT_HERE, type Refusal } from "./problems.ts";
import { printSlip } from "./slips/print_slip.ts";
import type { SlipOrigin, SlipPart } from "./slips/slip.ts";
import { slipOrigin } from "./slips/slip_origin.ts";

export interface ReturnsDeps<View> {
  readonly client: { call(call: PlatformCall<View>): Promise<PlatformAnswer<View>> };
  readonly clock: Clock;
  readonly printer: ReceiptPrinter;
  readonly settings: { readonly last: TerminalSettings | null };
}

/** One kind of money back: how the platform is asked, and what is printed of it. */
export interface ReturnKind<Asked, View> {
  readonly request: (body: Asked & { readonly id: string }) => PlatformCall<View>;
  readonly ask: (id: string) => PlatformCall<View>;
  readonly slip: (view: View, origin: SlipOrigin) => SlipPart[];
}

export type ReturnAnswer<View> =
  | { readonly kind: "reply"; readonly reply: { readonly id: string; readonly view: View | null } }
  | Exclude<PlatformAnswer<View>, { kind: "answered" }>
  | { readonly kind: "refusal"; readonly refusal: Refusal };

/**
 * Money back for the patient of this session. The platform drives it by itself: what is known here
 * is only what the screen and the slip need, and goes with the session.
 */
export class Returns<Asked, View> {
  readonly #deps: ReturnsDeps<View>;
  readonly #kind: ReturnKind<Asked, View>;
  readonly #shown = new Map<string, View | null>();

  constructor(deps: ReturnsDeps<View>, kind: ReturnKind<Asked, View>) {
    this.#deps = deps;
    this.#kind = kind;
  }

  /** A lost answer leaves an id to ask under; it is not asked for twice. */
  async request(asked: Asked): Promise<ReturnAnswer<View>> {
    const body = { id: newId(this.#deps.clock.now()), ...asked };
    this.#shown.set(body.id, null);
    const answer = await this.#deps.client.call(this.#kind.request(body));
    if (answer.kind === "problem") this.#shown.delete(body.id);
    if (answer.kind === "problem") return answer;
    return this.#reply(body.id, answer);
  }

  async look(id: string): Promise<ReturnAnswer<View>> {
    if (!this.#shown.has(id)) return { kind: "refusal", refusal: ORDER_NOT_HERE };
    const answer = await this.#deps.client.call(this.#kind.ask(id));
    return answer.kind === "problem" ? answer : this.#reply(id, answer);
  }

  async print(id: string): Promise<PrintReply | Refusal> {
    const view = this.#shown.get(id);
    if (view === undefined) return ORDER_NOT_HERE;
    if (view === null) return NOTHING_TO_PRINT;
    const { printer, settings } = this.#deps;
    return await printSlip(printer, this.#kind.slip(view, slipOrigin(settings.last)));
  }

  /** The session is over. */
  leave(): void {
    this.#shown.clear();
  }

  #reply(id: string, answer: PlatformAnswer<View>): ReturnAnswer<View> {
    const isShown = this.#shown.has(id);
    if (answer.kind === "answered" && isShown) this.#shown.set(id, answer.value);
    return { kind: "reply", reply: { id, view: this.#shown.get(id) ?? null } };
  }
}
