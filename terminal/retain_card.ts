import type { ReceiptPrinter } from "../ffi/contract.ts";
import { chinaTime, type Clock } from "../server/platform/clock.ts";
import type { Log } from "../server/platform/log.ts";
import type { TerminalSettings } from "../server/modules/settings/contract.ts";
import type { TerminalEvent } from "./contract.ts";
import type { KeepNote } from "./device_notes.ts";
import type { DeviceSupervisor } from "./device_supervisor.ts";
import { printSlip } from "./slips/print_slip.ts";
import { retainedCardSlip } from "./slips/retained_card_slip.ts";
import { slipOrigin } from "./slips/slip_origin.ts";

export interface RetainCardDeps {
  readonly supervisor: DeviceSupervisor;
  readonly printer: ReceiptPrinter;
  readonly settings: { readonly last: TerminalSettings | null };
  readonly clock: Clock;
  readonly log: Log;
  readonly tell: (event: TerminalEvent) => void;
  readonly note: KeepNote;
}

/**
 * Keeps a forgotten card (吞卡) so that nobody else takes it. Whose it is stands nowhere but on the
 * card: slip, record and screen carry a number made of terminal and time.
 */
export async function retainCard(deps: RetainCardDeps, card: number): Promise<void> {
  const { supervisor, printer, settings, clock, log, tell, note } = deps;
  const origin = slipOrigin(settings.last);
  const at = clock.now();
  const number = `${origin.terminalNumber}-${timeNumber(at)}`;
  // The record comes first: a card that vanishes in a power cut must not vanish from the books.
  note({ kind: "card.retaining", severity: "warning", fields: { number } });
  if (!await supervisor.retainCard(card)) {
    note({ kind: "card.not_retained", severity: "warning", fields: { number } });
    return;
  }
  note({ kind: "card.retained", severity: "warning", fields: { number } });
  const printed = await printSlip(printer, retainedCardSlip({ number, at }, origin));
  log.warn("A card was retained", { number, slip: printed.kind });
  tell({ kind: "card_retained", number });
}

/** "261122-221600": in two groups, which are read out easily and which a log does not mask. */
function timeNumber(at: Date): string {
  const digits = chinaTime(at).replace(/\D/g, "");
  return `${digits.slice(2, 8)}-${digits.slice(8, 14)}`;
}
