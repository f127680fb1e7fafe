import type { TerminalSettings } from "../server/modules/settings/contract.ts";
import type { SettingsReply } from "./contract.ts";
import type { Journal } from "./journal.ts";
import type { Pause } from "../server/platform/pause.ts";
import { askSettings } from "./platform_calls.ts";
import type { PlatformClient } from "./platform_client.ts";
import { deliverCalls } from "./staff_calls.ts";

/** How soon a changed setting, or a line that came back, is noticed. */
const CONNECTED_WAIT_MS = 15_000;
const UNREACHABLE_WAIT_MS = 3_000;

interface Deps {
  readonly client: PlatformClient;
  readonly journal: Journal;
  readonly pause: Pause;
  readonly tell: (settings: TerminalSettings) => void;
  /** A reader of social-security cards alone takes no bank card, whatever the platform allows. */
  readonly readsBankCards: boolean;
}

/** Asks the settings regularly, which also shows whether the line holds. */
export class SettingsWatch {
  readonly #deps: Deps;
  /** As the platform said. */
  #heard: TerminalSettings | null;
  #isClosed = false;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#heard = deps.journal.lastSettings();
  }

  get last(): TerminalSettings | null {
    return this.#heard && this.#fit(this.#heard);
  }

  /** Nobody new is served, whatever the platform says: the terminal is about to be restarted. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(isClosed: boolean): void {
    this.#isClosed = isClosed;
    const { last } = this;
    if (last) this.#deps.tell(last);
  }

  /** Null when the platform is silent and nothing is known from before. */
  async ask(): Promise<SettingsReply | null> {
    const answer = await this.#deps.client.call(askSettings());
    if (answer.kind === "answered") {
      this.#learn(answer.value);
      return { settings: this.#fit(answer.value), stale: false };
    }
    const { last } = this;
    return last ? { settings: last, stale: true } : null;
  }

  async watch(signal: AbortSignal): Promise<void> {
    const { client, journal, pause } = this.#deps;
    while (!signal.aborted) {
      await this.ask();
      if (client.connection === "connected") await deliverCalls({ client, journal });
      if (!signal.aborted) journal.forgetOld();
      const ms = client.connection === "connected" ? CONNECTED_WAIT_MS : UNREACHABLE_WAIT_MS;
      await pause(ms, signal);
    }
  }

  /** A way to pay that this machine cannot go is not offered. */
  #fit(heard: TerminalSettings): TerminalSettings {
    const settings = this.#isClosed
      ? { ...heard, terminal: { ...heard.terminal, suspended: true } }
      : heard;
    if (this.#deps.readsBankCards) return settings;
    return { ...settings, tenderModes: settings.tenderModes.filter((mode) => mode !== "card") };
  }

  #learn(settings: TerminalSettings): void {
    const changed = !this.#heard || fingerprint(this.#heard) !== fingerprint(settings);
    this.#heard = settings;
    if (!changed) return;
    this.#deps.journal.keepSettings(settings);
    this.#deps.tell(this.#fit(settings));
  }
}

/** All but the time of the answer, which is never twice the same. */
function fingerprint(settings: TerminalSettings): string {
  return JSON.stringify({ ...settings, serverTime: null });
}
