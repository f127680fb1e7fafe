import type { CommandOptions, CommonFailure, Completion } from "../contract.ts";
import type { MotorReader, MotorReaderStatus, MoveFailure } from "../motor_reader/contract.ts";
import type { CardChip } from "./card_chip.ts";
import type { Change } from "./change.ts";
import { type CardRead, lookForCard, tooEarly } from "./chip_look.ts";
import { commonFailureOf } from "./read_inside.ts";

/** What is known of the aerial outside; a card is read once, however long it lies there. */
export interface TapMemory {
  isRead: boolean;
}

interface Deps {
  readonly motor: MotorReader;
  readonly chip: CardChip;
  /** Null where no aerial is outside. */
  readonly tapPollMs: number | null;
  /** Outlives the command: a card that still lies there was read by an earlier one. */
  readonly tap: TapMemory;
  /** The motor told something. */
  readonly change: Change;
  /** A card at the slot came in by the patient's hand, and was not brought there by the motor. */
  readonly hasArrived: () => boolean;
  readonly letIn: () => Promise<Completion<null, MoveFailure>>;
}

/** `inside`: the motor can take the card to its chip. `tapped`: read already, outside. */
type Found =
  | { readonly kind: "inside" }
  | { readonly kind: "failed"; readonly reason: CommonFailure }
  | { readonly kind: "tapped"; readonly read: CardRead };

/** Till a card is in the reader or on the aerial; lets one in only while none is there. */
export async function waitForCard(deps: Deps, options: CommandOptions): Promise<Found> {
  const { signal } = options;
  let isOpen = false;
  while (!signal.aborted) {
    const status = await deps.motor.status();
    const found = foundBy(status, deps.hasArrived());
    if (found) return found;
    if (status.card === "none" && !isOpen) {
      const opened = await deps.letIn();
      if (opened.kind === "failed") return failed(opened.reason);
      isOpen = true;
      continue;
    }
    const read = await tapped(deps, options);
    if (read) return { kind: "tapped", read };
    await deps.change.next(deps.tapPollMs, signal);
  }
  return failed("cancelled");
}

function foundBy({ device, card }: MotorReaderStatus, hasArrived: boolean): Found | null {
  if (device !== "online") return failed(device);
  if (card === "jammed") return failed("hardware_error");
  return card === "held" || card === "gate" && hasArrived ? { kind: "inside" } : null;
}

async function tapped(
  { chip, tap, tapPollMs }: Deps,
  options: CommandOptions,
): Promise<CardRead | null> {
  if (tapPollMs === null) return null;
  const look = await lookForCard(chip, ["contactless"], options);
  if (look.kind === "failed") return look;
  const wasRead = tap.isRead;
  tap.isRead = look.kind === "card";
  if (look.kind === "nothing" || wasRead) return null;
  return look.read ?? tooEarly(await chip.readCard("contactless", options));
}

function failed(reason: CommonFailure | MoveFailure): Found & { readonly kind: "failed" } {
  return { kind: "failed", reason: commonFailureOf(reason) };
}
