import type {
  CardReadFailure,
  CommandOptions,
  CommonFailure,
  Completion,
  SocialSecurityCard,
} from "../contract.ts";
import type { ChipPlace, MotorReader, MoveFailure } from "../motor_reader/contract.ts";
import type { CardChip } from "./card_chip.ts";

interface Deps {
  readonly motor: MotorReader;
  readonly chip: CardChip;
}

type Read = Completion<SocialSecurityCard, CardReadFailure | "no_card">;

/**
 * Brings a card that is in the motor to the contacts and reads it; when no chip answers there, at the
 * aerial, since cards of the third generation have both. A chip that answers nowhere is at the
 * other end of the card: `wrong_way_round`.
 */
export async function readInside(
  deps: Deps,
  options: CommandOptions,
): Promise<Completion<SocialSecurityCard, CardReadFailure>> {
  let wasSilent = false;
  for (const place of placesOf(deps.motor)) {
    const positioned = await deps.motor.position(place, options);
    if (positioned.kind === "failed") return { kind: "failed", reason: unread(positioned.reason) };
    const { reading, isGone } = await readAt(deps, place, options);
    if (isGone) return { kind: "failed", reason: "removed_too_early" };
    if (reading.kind === "done") return reading;
    const { reason } = reading;
    if (reason !== "no_card" && !isSilence(reason, wasSilent)) return { kind: "failed", reason };
    wasSilent = true;
  }
  return { kind: "failed", reason: "wrong_way_round" };
}

/** After silence at the contacts, nonsense at the aerial is no more than silence. */
function isSilence(reason: CommonFailure | CardReadFailure, wasSilent: boolean): boolean {
  return reason === "wrong_way_round" || reason === "unreadable" && wasSilent;
}

function placesOf({ capabilities }: MotorReader): ChipPlace[] {
  const places: ChipPlace[] = capabilities.contact ? ["contact"] : [];
  return capabilities.contactless ? [...places, "contactless"] : places;
}

/** Ends as soon as card or command is gone; the library hears of it and is not waited for. */
async function readAt(
  { motor, chip }: Deps,
  place: ChipPlace,
  options: CommandOptions,
): Promise<{ readonly reading: Read; readonly isGone: boolean }> {
  const over = new AbortController();
  const ended = Promise.withResolvers<Read>();
  const end = motor.subscribe(({ kind }) => {
    if (kind === "media_removed") over.abort();
  });
  const signal = AbortSignal.any([options.signal, over.signal]);
  signal.addEventListener("abort", () => ended.resolve({ kind: "failed", reason: "cancelled" }));
  const reading = await Promise.race([
    chip.readCard(place, { ...options, signal }),
    ended.promise,
  ]);
  end();
  over.abort();
  const isGone = reading.kind === "failed" && (await motor.status()).card === "none";
  return { reading, isGone };
}

function unread(reason: CommonFailure | MoveFailure): CommonFailure | CardReadFailure {
  return reason === "no_media" ? "removed_too_early" : commonFailureOf(reason);
}

/** What a card reader has no word for is the device's fault. */
export function commonFailureOf(reason: CommonFailure | MoveFailure): CommonFailure {
  switch (reason) {
    case "no_media":
    case "jammed":
    case "bin_full":
    case "not_supported":
    case "refused":
      return "hardware_error";
    default:
      return reason;
  }
}
