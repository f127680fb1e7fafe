import type { ProviderAlarm } from "./provider.ts";

/**
 * Tells each outage of a provider once, and its end. Keyed and public work are told apart: a provider
 * whose device is gone may still digest.
 */
export class Outages {
  readonly #onAlarm: (alarm: ProviderAlarm) => void;
  readonly #down = new Set<string>();
  /** From the provider that is down to the one that does its public work. */
  readonly #moved = new Map<string, string>();

  constructor(onAlarm: (alarm: ProviderAlarm) => void) {
    this.#onAlarm = onAlarm;
  }

  /** Work that only this provider may do has failed closed. */
  down(provider: string, detail: string): void {
    if (this.#down.has(provider)) return;
    this.#down.add(provider);
    this.#onAlarm({ kind: "provider_down", provider, detail });
  }

  moved(provider: string, movedTo: string, detail: string): void {
    if (this.#moved.get(provider) === movedTo) return;
    this.#moved.set(provider, movedTo);
    this.#onAlarm({ kind: "public_work_moved", provider, movedTo, detail });
  }

  /** Work that only this provider may do went well. */
  back(provider: string): void {
    if (this.#down.delete(provider)) this.#tellBack(provider);
  }

  /** It does its public work itself again. */
  movedBack(provider: string): void {
    if (this.#moved.delete(provider)) this.#tellBack(provider);
  }

  /** For `doctor`. */
  notes(): string[] {
    return [
      ...[...this.#down].map((provider) => `"${provider}" does not answer`),
      ...[...this.#moved].map(([from, to]) => `public work of "${from}" is done by "${to}"`),
    ];
  }

  #tellBack(provider: string): void {
    this.#onAlarm({ kind: "provider_back", provider, detail: "It answers again" });
  }
}
