/** The door of a cabinet and what shakes it, whatever its sensors are connected by. */
export class CabinetBody {
  readonly #listeners = new Set<(what: "door" | "knock") => void>();
  #doorOpen = false;

  get doorOpen(): boolean {
    return this.#doorOpen;
  }

  setDoor(open: boolean): void {
    if (open === this.#doorOpen) return;
    this.#doorOpen = open;
    for (const listener of this.#listeners) listener("door");
  }

  shake(): void {
    for (const listener of this.#listeners) listener("knock");
  }

  onChange(listener: (what: "door" | "knock") => void): void {
    this.#listeners.add(listener);
  }
}
