import type {
  CardReadFailure,
  CommandOptions,
  CommonFailure,
  Completion,
  SocialSecurityCard,
} from "../contract.ts";
import type { ChipPlace } from "../motor_reader/contract.ts";
import type { CardChip } from "./card_chip.ts";

/** As `CardReader.read` completes. */
export type CardRead = Completion<SocialSecurityCard, CardReadFailure>;

/** `read` is there when looking meant reading. */
export type Look =
  | { readonly kind: "nothing" }
  | { readonly kind: "card"; readonly place: ChipPlace; readonly read: CardRead | null }
  | { readonly kind: "failed"; readonly reason: CommonFailure };

/**
 * Whether a card answers at one of these places. A library that can tell is asked; with another one,
 * reading is the only way to look.
 */
export async function lookForCard(
  chip: CardChip,
  places: readonly ChipPlace[],
  options: CommandOptions,
): Promise<Look> {
  for (const place of places) {
    const look = chip.presence
      ? byAnswer(place, await chip.presence(place, options))
      : byReading(place, await chip.readCard(place, options));
    if (look.kind !== "nothing") return look;
  }
  return { kind: "nothing" };
}

/** A card that was there and then was not has been taken away. */
export function tooEarly(
  read: Completion<SocialSecurityCard, CardReadFailure | "no_card">,
): CardRead {
  if (read.kind === "done") return read;
  return { kind: "failed", reason: read.reason === "no_card" ? "removed_too_early" : read.reason };
}

function byAnswer(place: ChipPlace, present: Completion<boolean>): Look {
  if (present.kind === "failed") return present;
  return present.value ? { kind: "card", place, read: null } : { kind: "nothing" };
}

function byReading(
  place: ChipPlace,
  read: Completion<SocialSecurityCard, CardReadFailure | "no_card">,
): Look {
  if (read.kind === "done") return { kind: "card", place, read };
  switch (read.reason) {
    case "no_card":
      return { kind: "nothing" };
    case "removed_too_early":
    case "unreadable":
    case "wrong_way_round":
      return { kind: "card", place, read: { kind: "failed", reason: read.reason } };
    default:
      return { kind: "failed", reason: read.reason };
  }
}
