import { z } from "zod";
import type {
  DevClockBody,
  DevDeviceCommand,
  DevNetworkBody,
  DevPhoneBody,
} from "./dev_contract.ts";

const PERSON_CHARACTERS_MAX = 64;
const TEXT_CHARACTERS_MAX = 4096;
const PAD_KEYS_MAX = 16;
const ROLL_LINES_MAX = 100_000;
const CLOCK_JUMP_MS_MAX = 400 * 24 * 3_600_000;

const personId = z.string().min(1).max(PERSON_CHARACTERS_MAX);
const cardFault = z.enum(["unreadable", "wrong_way_round"]);
const device = z.enum([
  "card_reader",
  "id_card_reader",
  "scanner",
  "receipt_printer",
  "pin_pad",
  "ups",
]);
const codeMedium = z.enum([
  "insurance_voucher",
  "electronic_social_security_card",
  "health_code",
  "payment_code",
  "consumption_code",
]);
const padKey = z.enum([
  "0",
  "1",
  "2",
  "3",
  "4",
  "5",
  "6",
  "7",
  "8",
  "9",
  "enter",
  "cancel",
  "clear",
  "backspace",
]);

export const devDeviceCommand: z.ZodType<DevDeviceCommand> = z.discriminatedUnion("do", [
  z.strictObject({
    do: z.literal("insert_card"),
    personId,
    fault: cardFault.exactOptional(),
  }),
  z.strictObject({ do: z.literal("pull_card") }),
  z.strictObject({ do: z.literal("tap_card"), personId }),
  z.strictObject({ do: z.literal("insert_bank_card"), personId }),
  z.strictObject({ do: z.literal("tap_bank_card"), personId }),
  z.strictObject({ do: z.literal("press_pad"), keys: z.array(padKey).min(1).max(PAD_KEYS_MAX) }),
  z.strictObject({ do: z.literal("show_face"), personId: personId.nullable() }),
  z.strictObject({
    do: z.literal("tap_id_card"),
    personId,
    fault: z.literal("unreadable").exactOptional(),
  }),
  z.strictObject({ do: z.literal("scan_code"), personId, medium: codeMedium }),
  z.strictObject({
    do: z.literal("scan_text"),
    text: z.string().min(1).max(TEXT_CHARACTERS_MAX),
  }),
  z.strictObject({ do: z.literal("set_paper"), paper: z.enum(["full", "low", "out"]) }),
  z.strictObject({
    do: z.literal("set_paper_lines"),
    linesLeft: z.number().int().min(0).max(ROLL_LINES_MAX),
  }),
  z.strictObject({ do: z.literal("set_cover"), open: z.boolean() }),
  z.strictObject({ do: z.literal("set_device"), device, online: z.boolean() }),
  z.strictObject({ do: z.literal("take_paper") }),
  z.strictObject({ do: z.literal("set_door"), open: z.boolean() }),
  z.strictObject({ do: z.literal("knock") }),
  z.strictObject({
    do: z.literal("set_supply"),
    supply: z.enum(["mains", "battery", "battery_low"]),
  }),
  z.strictObject({ do: z.literal("set_tamper"), tampered: z.boolean() }),
  z.strictObject({ do: z.literal("set_jam"), jam: z.enum(["loose", "stuck"]).nullable() }),
  z.strictObject({ do: z.literal("set_bin"), full: z.boolean() }),
  z.strictObject({
    do: z.literal("set_library"),
    library: z.enum(["sound", "crash", "hang", "slow"]),
  }),
]);

export const devNetworkBody: z.ZodType<DevNetworkBody> = z.strictObject({ on: z.boolean() });

export const devClockBody: z.ZodType<DevClockBody> = z.strictObject({
  jumpMs: z.number().int().min(-CLOCK_JUMP_MS_MAX).max(CLOCK_JUMP_MS_MAX),
});

export const devPhoneBody: z.ZodType<DevPhoneBody> = z.strictObject({
  do: z.enum(["pay", "refuse"]),
  codeText: z.string().min(1).max(TEXT_CHARACTERS_MAX),
});
