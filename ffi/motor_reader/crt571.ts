import type { MotorReader } from "./contract.ts";
import { answers571, type Crt571Answer, parseCrt571Answer } from "./crt571_answer.ts";
import {
  BIN_IS,
  CARD_AT,
  COLD_RESET,
  type CrtCommand,
  DISABLE_ENTRY,
  ENABLE_ENTRY,
  EXCHANGE_APDU,
  FIRMWARE,
  INITIALISE,
  LOOK,
  MOVES,
  REFUSALS,
  SERIAL_NUMBER,
} from "./crt571_codes.ts";
import { CRT_WAITS, type CrtWaits, type CrtWire } from "./crt_wire.ts";
import { type MotorDriverOptions, openMotor } from "./motor_driver.ts";
import type { MotorModel, MotorReply } from "./motor_model.ts";
import { readableText } from "./readable_text.ts";

/** What the driver needs; `waits` are for tests and odd firmware. */
export interface Crt571Options extends MotorDriverOptions {
  /** By its DIP switches: 0 to 15; 0 from the factory. */
  readonly address?: number;
  readonly waits?: CrtWaits;
}

type Positive = Crt571Answer & { readonly kind: "positive" };

const START = 0xf2;
const HOST = 0x43;
const NO_DATA = new Uint8Array(0);
/** TS of an answer to reset, ISO/IEC 7816-3 §8.1: direct and inverse convention. */
const ATR_STARTS: readonly number[] = [0x3b, 0x3f];
const STATUS_WORD_BYTES = 2;

/**
 * Motor reader CREATOR (创自) CRT-571: 9600 8N1, frames `F2 …`, commands of its communication
 * protocol. Comes up `offline` when it is not there and recovers by itself.
 */
export async function openCrt571(options: Crt571Options): Promise<MotorReader & AsyncDisposable> {
  return await openMotor(crt571(options), options);
}

function crt571({ address = 0, waits = CRT_WAITS }: Crt571Options): MotorModel {
  return {
    capabilities: {
      model: "CRT-571",
      contact: true,
      contactless: true,
      magneticStripe: false,
      retain: true,
    },
    protocol: { shape: { start: START, address }, enquires: false, waits },
    look: async (wire) =>
      mapped(await ask(wire, LOOK), ({ card, bin }) => ({
        card: CARD_AT[card] ?? "unknown",
        retainBin: BIN_IS[bin] ?? null,
        entry: null,
      })),
    initialise: async (wire) =>
      mapped(await ask(wire, INITIALISE, { moves: true }), ({ data }) => readableText(data)),
    setEntry: async (wire, enabled) =>
      mapped(await ask(wire, enabled ? ENABLE_ENTRY : DISABLE_ENTRY), () => null),
    move: async (wire, to) => mapped(await ask(wire, MOVES[to], { moves: true }), () => null),
    serialNumber: async (wire) =>
      mapped(await ask(wire, SERIAL_NUMBER), ({ data }) => readableText(data)),
    firmware: async (wire) => mapped(await ask(wire, FIRMWARE), ({ data }) => readableText(data)),
    powerChip: async (wire) =>
      believed(await ask(wire, COLD_RESET, { moves: true }), answerToReset),
    exchange: async (wire, apdu) =>
      believed(await ask(wire, EXCHANGE_APDU, { moves: true, data: apdu }), answerToApdu),
  };
}

async function ask(
  wire: CrtWire,
  wanted: CrtCommand,
  { moves = false, data = NO_DATA }: { readonly moves?: boolean; readonly data?: Uint8Array } = {},
): Promise<MotorReply<Positive>> {
  const { command, parameter } = wanted;
  const body = await wire.ask({
    body: Uint8Array.of(HOST, command, parameter, ...data),
    isAnswer: (answer) => answers571(answer, wanted),
    moves,
  });
  const answer = body && parseCrt571Answer(body);
  if (!answer) return { kind: "lost" };
  if (answer.kind === "positive") return { kind: "said", value: answer };
  return { kind: "refused", reason: REFUSALS[answer.code] ?? "hardware_error" };
}

function mapped<Value>(
  reply: MotorReply<Positive>,
  valueOf: (answer: Positive) => Value,
): MotorReply<Value> {
  return reply.kind === "said" ? { kind: "said", value: valueOf(reply.value) } : reply;
}

function believed(
  reply: MotorReply<Positive>,
  valueOf: (data: Uint8Array) => Uint8Array | null,
): MotorReply<Uint8Array> {
  if (reply.kind !== "said") return reply;
  const value = valueOf(reply.value.data);
  return value ? { kind: "said", value } : { kind: "refused", reason: "unreadable" };
}

/** One byte for T=0 or T=1 stands before it in some firmware (assumed). */
function answerToReset(data: Uint8Array): Uint8Array | null {
  const at = [0, 1].find((index) => ATR_STARTS.includes(data[index] ?? 0));
  return at === undefined ? null : data.slice(at);
}

function answerToApdu(data: Uint8Array): Uint8Array | null {
  return data.length >= STATUS_WORD_BYTES ? data : null;
}
