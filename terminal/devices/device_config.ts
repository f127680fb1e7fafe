import { z } from "zod";
import { pinPad } from "./pin_pad_config.ts";
import { hexBytes, serial } from "./serial_config.ts";

/**
 * `[devices.<class>]` of the terminal's configuration, one shape a driver. A class without a table
 * is not there. Serial settings that are left out are the driver's own.
 */

/** A vendor's library by its profile, a TOML file. */
const library = { profile: z.string().startsWith("/") };

/** 1 to 16: serial port; 1001 to 1016: USB, as the vendors of ID card readers count. */
const vendorPort = z.number().int().min(1).max(1_016).default(1_001);

/** The motor moves the card, the vendor's library reads its chip. */
const motor = {
  ...serial,
  ...library,
  /** How often a card on an aerial outside is looked for; 0 where there is none. */
  tap_poll_ms: z.number().int().min(0).max(5_000).default(0),
};

const cardReader = z.discriminatedUnion("driver", [
  z.strictObject({
    driver: z.literal("motor_crt571"),
    ...motor,
    address: z.number().int().min(0).max(15).default(0),
  }),
  z.strictObject({ driver: z.literal("motor_crt310"), ...motor }),
  /** Put in or laid on by hand. */
  z.strictObject({
    driver: z.literal("library"),
    ...library,
    places: z.array(z.enum(["contact", "contactless"])).min(1).default(["contact", "contactless"]),
  }),
]);

const idCardReader = z.discriminatedUnion("driver", [
  z.strictObject({ driver: z.literal("sdt_serial"), ...serial }),
  z.strictObject({ driver: z.literal("sdt_library"), ...library, port: vendorPort }),
  z.strictObject({
    driver: z.literal("cvr_library"),
    ...library,
    port: vendorPort,
    encoding: z.enum(["ucs2", "gbk"]).default("ucs2"),
  }),
]);

const scanner = z.strictObject({
  driver: z.literal("serial"),
  ...serial,
  /** Bytes of which one ends every code, as the scanner is set up; "" for one that sends none. */
  terminators: hexBytes({ min: 0, max: 4 }).optional(),
  /** Silence that ends a code. */
  gap_ms: z.number().int().min(5).max(1_000).optional(),
  /** What switches the light on and off; in the scanner's manual. */
  trigger: z.strictObject({ on: hexBytes({ max: 32 }), off: hexBytes({ max: 32 }) }).optional(),
});

const receiptPrinter = z.strictObject({
  driver: z.literal("escpos_serial"),
  ...serial,
  /** Of normal width: 32 on 58 mm paper, 48 on 80 mm. */
  columns: z.number().int().min(24).max(64).default(48),
  cutter: z.boolean().default(true),
  /** `gs_r` for cheap printers that do not know DLE EOT. */
  status_by: z.enum(["dle_eot", "gs_r"]).optional(),
  /** `gs_r`, or for printers that do not know it so many milliseconds after the last byte. */
  finish_by: z.union([z.literal("gs_r"), z.number().int().min(100).max(60_000)]).optional(),
  /** Empties the printer's buffers; "" for a printer that would print the usual bytes. */
  clear_bytes: hexBytes({ min: 0, max: 32 }).optional(),
});

const sensorLine = z.enum(["dsr", "cts"]);

const cabinet = z.strictObject({
  driver: z.literal("modem_lines"),
  ...serial,
  /** Which input the door's contact is wired to, and what a closed door makes of it. */
  door: sensorLine.default("dsr"),
  closed_when: z.enum(["active", "inactive"]).default("active"),
  vibration: sensorLine.optional(),
});

const ups = z.strictObject({ driver: z.literal("megatec_q1"), ...serial });

const relay = z.strictObject({ on: hexBytes({ max: 16 }), off: hexBytes({ max: 16 }) });

/** A relay board; which bytes switch a relay is in its manual, here in hex. */
const lights = z.strictObject({
  driver: z.literal("relays_serial"),
  ...serial,
  card_slot: relay.optional(),
  id_card: relay.optional(),
  scanner: relay.optional(),
  receipt: relay.optional(),
  pin_pad: relay.optional(),
  buzzer: relay.optional(),
});

const insuranceTerminal = z.strictObject({
  driver: z.literal("library"),
  ...library,
  /** Of the gateway that the library asks. */
  url: z.url({ protocol: /^https?$/ }),
});

export const devicesConfig = z.strictObject({
  card_reader: cardReader.optional(),
  id_card_reader: idCardReader.optional(),
  scanner: scanner.optional(),
  receipt_printer: receiptPrinter.optional(),
  pin_pad: pinPad.optional(),
  cabinet: cabinet.optional(),
  ups: ups.optional(),
  lights: lights.optional(),
  insurance_terminal: insuranceTerminal.optional(),
});

export type DevicesConfig = z.infer<typeof devicesConfig>;
