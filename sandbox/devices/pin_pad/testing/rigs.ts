import type { PinPadRig } from "../../../../ffi/conformance/pin_pad.ts";
import type { OpenLine } from "../../../../ffi/line.ts";
import { openKmyPad } from "../../../../ffi/pin_pad/kmy_pad.ts";
import type { PinPad } from "../../../../ffi/pin_pad/contract.ts";
import type { PinPadOptions } from "../../../../ffi/pin_pad/serial_pin_pad.ts";
import { openXzPad } from "../../../../ffi/pin_pad/xz_pad.ts";
import { openZt598Pad } from "../../../../ffi/pin_pad/zt598_pad.ts";
import { Cable } from "../../cable.ts";
import { simulateKmyPad } from "../kmy_simulator.ts";
import type { PadOnLine } from "../pad_on_line.ts";
import type { PadHand, PadState } from "../pad_state.ts";
import { SimulatedPinPad } from "../simulated_pin_pad.ts";
import { simulateXzPad } from "../xz_simulator.ts";
import { simulateZt598Pad } from "../zt598_simulator.ts";

/** A driver, the pad it drives, and the cable between them. */
export interface WiredRig extends PinPadRig {
  readonly simulator: PadOnLine;
  readonly cable: Cable;
}

export type WiredOptions = Omit<PinPadOptions, "openLine">;

/** The three makes: a simulator, and the driver for it. */
export const MAKES: Readonly<Record<string, Make>> = {
  KMY: { simulate: () => simulateKmyPad(), open: openKmyPad },
  ZT598: { simulate: () => simulateZt598Pad(), open: openZt598Pad },
  XZ: { simulate: () => simulateXzPad(), open: openXzPad },
};

export interface Make {
  simulate(): PadOnLine;
  open(options: PinPadOptions): Promise<PinPad & AsyncDisposable>;
}

export async function wiredRig(
  simulator: PadOnLine,
  open: Make["open"],
  options: WiredOptions = {},
): Promise<WiredRig> {
  const cable = cableTo(simulator);
  const rig = await rigOnLine(simulator, open, { ...options, openLine: cable.openLine });
  const dispose = async () => {
    await rig[Symbol.asyncDispose]();
    await cable.unplug();
  };
  return { ...rig, simulator, cable, [Symbol.asyncDispose]: dispose };
}

/** Each opening is a new line to the same pad. */
export function cableTo(simulator: PadOnLine): Cable {
  return new Cable((line) => simulator.serve(line));
}

export async function rigOnLine(
  simulator: PadOnLine,
  open: Make["open"],
  options: WiredOptions & { readonly openLine: OpenLine },
): Promise<PinPadRig> {
  const pad = await open({ isSecureRoom: true, ...options });
  return {
    ...rigOf(pad, simulator, simulator.state),
    [Symbol.asyncDispose]: () => pad[Symbol.asyncDispose](),
  };
}

export function simulatedRig(): PinPadRig {
  const pad = new SimulatedPinPad({ isSecureRoom: true });
  return {
    ...rigOf(pad, pad, pad.state),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function rigOf(
  pad: PinPad,
  hand: PadHand,
  state: PadState,
): Omit<PinPadRig, keyof AsyncDisposable> {
  return {
    pad,
    press: (key) => hand.press(key),
    tamper: () => hand.tamper(),
    repair: () => hand.repair(),
    setBattery: (battery) => hand.setBattery(battery),
    async keypad(wanted) {
      while (state.isKeypadOpen !== (wanted === "open")) {
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    },
  };
}
