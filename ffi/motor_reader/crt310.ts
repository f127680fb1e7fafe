import type { MotorReader } from "./contract.ts";
import { parseCrt310Answer } from "./crt310_answer.ts";
import {
  CARD_AT,
  type Crt310Command,
  DISABLE_ENTRY,
  ENABLE_ENTRY,
  ENTRY_IS,
  INITIALISE,
  LOOK,
  MOVE_FAILURES,
  MOVES,
  REFUSALS,
  SERIAL_NUMBER,
  STOP_AT_THE_FRONT,
} from "./crt310_codes.ts";
import { CRT_WAITS, type CrtWaits, type CrtWire } from "./crt_wire.ts";
import { type MotorDriverOptions, openMotor } from "./motor_driver.ts";
import type { MotorModel, MotorReply, MotorState } from "./motor_model.ts";
import { readableText } from "./readable_text.ts";

/** What the driver needs; `waits` are for tests and odd firmware. */
export interface Crt310Options extends MotorDriverOptions {
  readonly waits?: CrtWaits;
}

const START = 0x02;

/**
 * Motor reader CREATOR (创自) CRT-310 and its kin CRT-288: 9600 8N1, frames `02 …`, an ENQ for each
 * answer. Chips are left to the vendor's library: how this wire carries APDUs is not published.
 */
export async function openCrt310(options: Crt310Options): Promise<MotorReader & AsyncDisposable> {
  return await openMotor(crt310(options), options);
}

function crt310({ waits = CRT_WAITS }: Crt310Options): MotorModel {
  return {
    capabilities: {
      model: "CRT-310",
      contact: true,
      contactless: true,
      magneticStripe: true,
      retain: true,
    },
    protocol: { shape: { start: START, address: null }, enquires: true, waits },
    look: async (wire) => mapped(await ask(wire, LOOK, false), stateOf),
    initialise: async (wire) => mapped(await ask(wire, INITIALISE, true), readableText),
    setEntry: async (wire, enabled) => {
      const stopping = enabled ? await ask(wire, STOP_AT_THE_FRONT, false) : null;
      if (stopping && stopping.kind !== "said") return stopping;
      return mapped(await ask(wire, enabled ? ENABLE_ENTRY : DISABLE_ENTRY, false), () => null);
    },
    move: async (wire, to) => moved(await ask(wire, MOVES[to], true)),
    serialNumber: async (wire) => mapped(await ask(wire, SERIAL_NUMBER, false), readableText),
    firmware: null,
    powerChip: () => Promise.resolve({ kind: "refused", reason: "not_supported" }),
    exchange: () => Promise.resolve({ kind: "refused", reason: "not_supported" }),
  };
}

async function ask(
  wire: CrtWire,
  command: Crt310Command,
  moves: boolean,
): Promise<MotorReply<Uint8Array>> {
  const body = await wire.ask({
    body: Uint8Array.from(command),
    isAnswer: (answer) => parseCrt310Answer(answer, command) !== null,
    moves,
  });
  const answer = body && parseCrt310Answer(body, command);
  if (!answer) return { kind: "lost" };
  if (answer.kind === "positive") return { kind: "said", value: answer.data };
  return { kind: "refused", reason: REFUSALS[answer.code] ?? "hardware_error" };
}

function stateOf(data: Uint8Array): MotorState {
  const [card = 0, front = 0] = data;
  return { card: CARD_AT[card] ?? "unknown", retainBin: null, entry: ENTRY_IS[front] ?? null };
}

function moved(reply: MotorReply<Uint8Array>): MotorReply<null> {
  if (reply.kind !== "said") return reply;
  const failure = MOVE_FAILURES[reply.value[0] ?? 0];
  return failure ? { kind: "refused", reason: failure } : { kind: "said", value: null };
}

function mapped<Value>(
  reply: MotorReply<Uint8Array>,
  valueOf: (data: Uint8Array) => Value,
): MotorReply<Value> {
  return reply.kind === "said" ? { kind: "said", value: valueOf(reply.value) } : reply;
}
