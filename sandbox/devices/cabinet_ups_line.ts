import type { ByteLine } from "../../ffi/line.ts";
import type { CabinetPower } from "./cabinet_power.ts";
import { FaultyWire } from "./line_faults.ts";
import { serveLine } from "./served_line.ts";

const COMMAND_CHARACTERS_MAX = 8;

/** An uninterruptible power supply on a serial line that answers `Q1`. */
export class UpsLineSimulator {
  readonly wire = new FaultyWire();
  readonly #power: CabinetPower;
  #command = "";

  constructor(power: CabinetPower) {
    this.#power = power;
  }

  async serve(line: ByteLine): Promise<void> {
    this.#command = "";
    await serveLine(line, async (bytes) => {
      for (const byte of bytes) await this.#hear(line, String.fromCharCode(byte));
    });
  }

  async #hear(line: ByteLine, character: string): Promise<void> {
    if (character !== "\r") {
      this.#command = (this.#command + character).slice(-COMMAND_CHARACTERS_MAX);
      return;
    }
    const command = this.#command;
    this.#command = "";
    if (command === "Q1") await this.wire.send(line, new TextEncoder().encode(this.#report()));
  }

  #report(): string {
    const { supply, inputVolts, batteryVolts, loadPercent } = this.#power;
    const load = String(loadPercent).padStart(3, "0");
    const flags = { mains: "00001001", battery: "10001001", battery_low: "11001001" }[supply];
    const [input, battery] = [inputVolts, batteryVolts].map((volts) => volts.toFixed(1));
    return `(${input?.padStart(5, "0")} 000.0 220.1 ${load} 50.0 ${battery} 28.5 ${flags}\r`;
  }
}
