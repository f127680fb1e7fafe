import type { Presented, PresentedCard } from "../payment/channel.ts";
import type { ChooseTenderBody, PresentedCardBody } from "./contract.ts";

/** What the patient presents with a choice; null for modes that need nothing. */
export function presentedIn(body: ChooseTenderBody): Presented | null {
  switch (body.mode) {
    case "scan_code":
    case "citizen_code":
      return { kind: "code", code: body.code };
    case "card":
      return { kind: "card", card: cardIn(body.card) };
    case "show_code":
    case "medical_mix":
      return null;
    default:
      return body satisfies never;
  }
}

function cardIn(card: PresentedCardBody): PresentedCard {
  return {
    ...card,
    chip: card.chip === null ? null : Uint8Array.fromHex(card.chip),
    pinBlock: card.pinBlock === null ? null : Uint8Array.fromHex(card.pinBlock),
    mac: Uint8Array.fromHex(card.mac),
  };
}
