import type { DevDeviceCommand, DevMedium, DevTrouble } from "./dev_contract.ts";
import type { DevHand, DevMediumData, DevOptions } from "./dev_port.ts";

/** Does what the dock asks; the answer is null, or why it could not be done. */
export async function useHand(
  dev: DevOptions,
  command: DevDeviceCommand,
): Promise<string | null> {
  const { hand } = dev;
  switch (command.do) {
    case "insert_card":
    case "tap_card":
    case "tap_id_card":
    case "insert_bank_card":
    case "tap_bank_card":
    case "scan_code": {
      const medium = await dev.findMedium(command.personId, mediumOf(command));
      if (!medium) return `Person "${command.personId}" has no such medium`;
      return await present({ hand }, command, medium);
    }
    case "press_pad":
      return command.keys.every((key) => hand.pressPad(key)) ? null : NOT_ARMED;
    case "show_face":
      return await showFace(dev, command.personId);
    case "scan_text":
      return hand.scan(command.text) ? null : NOT_ARMED;
    case "pull_card":
      if (!hand.card) return "The reader is empty";
      hand.pullCard();
      return null;
    case "set_paper":
      hand.setPaper(command.paper);
      return null;
    case "set_paper_lines":
      hand.setPaperLines(command.linesLeft);
      return null;
    case "set_cover":
      hand.setCover(command.open);
      return null;
    case "set_device":
      await hand.setOnline(command.device, command.online);
      return null;
    case "take_paper":
      hand.takePaper();
      return null;
    default:
      return await trouble(hand, command);
  }
}

async function showFace(dev: DevOptions, personId: string | null): Promise<string | null> {
  const medium = personId === null ? null : await dev.findMedium(personId, "face");
  const face = medium?.kind === "face" ? medium.face : null;
  if (personId !== null && !face) return `Person "${personId}" is not insured`;
  return dev.hand.showFace(face) ? null : "These devices have no camera";
}

async function trouble(hand: DevHand, command: DevTrouble): Promise<string | null> {
  switch (command.do) {
    case "set_door":
      hand.setDoor(command.open);
      return null;
    case "knock":
      hand.knock();
      return null;
    case "set_supply":
      hand.setSupply(command.supply);
      return null;
    case "set_tamper":
      hand.setTamper(command.tampered);
      return null;
    case "set_jam":
      hand.setJam(command.jam);
      return null;
    case "set_bin":
      hand.setBin(command.full);
      return null;
    case "set_library":
      return await hand.setLibrary(command.library) ? null : "These devices have no card library";
  }
}

const NOT_ARMED = "The device is not waiting for anything";

type MediumCommand = Extract<
  DevDeviceCommand,
  {
    readonly do:
      | "insert_card"
      | "tap_card"
      | "tap_id_card"
      | "insert_bank_card"
      | "tap_bank_card"
      | "scan_code";
  }
>;

function mediumOf(command: MediumCommand): DevMedium {
  switch (command.do) {
    case "insert_card":
    case "tap_card":
      return "social_security_card";
    case "tap_id_card":
      return "id_card";
    case "insert_bank_card":
    case "tap_bank_card":
      return "bank_card";
    case "scan_code":
      return command.medium;
  }
}

async function present(
  { hand }: Pick<DevOptions, "hand">,
  command: MediumCommand,
  medium: DevMediumData,
): Promise<string | null> {
  if (command.do === "insert_card" && medium.kind === "social_security_card") {
    if (hand.card) return "A card lies in the reader already";
    const held = { personId: command.personId, fault: command.fault ?? null };
    return await hand.insertCard(medium.card, held, medium.bank) ? null : "The slot is shut";
  }
  if (command.do === "tap_card" && medium.kind === "social_security_card") {
    return await hand.tapCard(medium.card)
      ? null
      : "The field is off, or the card has no radio part";
  }
  if (command.do === "insert_bank_card" && medium.kind === "bank_card") {
    if (hand.card) return "A card lies in the reader already";
    const held = { personId: command.personId, fault: null };
    return await hand.insertBankCard(medium.card, held) ? null : "The slot takes no bank card";
  }
  if (command.do === "tap_bank_card" && medium.kind === "bank_card") {
    return await hand.tapBankCard(medium.card) ? null : NOT_ARMED;
  }
  if (command.do === "tap_id_card" && medium.kind === "id_card") {
    return hand.tapIdCard(medium.card, command.fault ?? null) ? null : NOT_ARMED;
  }
  if (command.do === "scan_code" && medium.kind === "code") {
    return hand.scan(medium.text) ? null : NOT_ARMED;
  }
  return "The person's medium is of another kind";
}
