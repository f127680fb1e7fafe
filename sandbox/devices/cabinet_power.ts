export type PowerSupply = "mains" | "battery" | "battery_low";

/** The power a kiosk runs on, whatever its supply is connected by. */
export class CabinetPower {
  readonly loadPercent = 23;
  readonly #listeners = new Set<() => void>();
  #supply: PowerSupply = "mains";

  get supply(): PowerSupply {
    return this.#supply;
  }

  get inputVolts(): number {
    return this.#supply === "mains" ? 226.4 : 0;
  }

  get batteryVolts(): number {
    return { mains: 13.6, battery: 12.4, battery_low: 10.8 }[this.#supply];
  }

  setSupply(supply: PowerSupply): void {
    this.#supply = supply;
    for (const listener of this.#listeners) listener();
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }
}
