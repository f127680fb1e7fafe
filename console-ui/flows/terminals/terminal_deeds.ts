import type { Signal } from "@preact/signals";
import type { TerminalDetail } from "../../../server/modules/fleet/console/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import type { PageContext } from "../console/pages.ts";
import type { Submission } from "../submission.ts";

export type TerminalDeed = "suspend" | "resume" | "revoke";

export interface TerminalDialog {
  readonly deed: TerminalDeed;
  readonly terminal: TerminalDetail;
}

export interface TerminalDeeds {
  open(deed: TerminalDeed, terminal: TerminalDetail): void;
  close(): void;
  send(reason: string): Promise<void>;
}

interface TerminalDeedsGiven {
  readonly context: PageContext;
  readonly dialog: Signal<TerminalDialog | null>;
  readonly sending: Submission;
  /** Told what the terminal has become; null when that has to be asked. */
  readonly changed: (terminal: TerminalDetail | null) => void;
}

const ENDPOINTS = {
  suspend: "POST /terminals/{id}/suspend",
  resume: "POST /terminals/{id}/resume",
  revoke: "POST /terminals/{id}/revoke",
} as const;

/** Somebody else was faster: what is on the screen is not what is. */
const CONFLICTS: ReadonlySet<string> = new Set(["fleet.wrong_state", "fleet.no_key"]);

/** What is done with a terminal, each in its dialog and with a reason. */
export function terminalDeeds(given: TerminalDeedsGiven): TerminalDeeds {
  const { context: { port, notify }, dialog, sending, changed } = given;

  function close(): void {
    dialog.value = null;
    sending.clear();
  }

  return {
    open(deed: TerminalDeed, terminal: TerminalDetail): void {
      dialog.value = { deed, terminal };
    },
    close,
    async send(reason: string): Promise<void> {
      const asked = dialog.value;
      if (!asked) return;
      const { deed, terminal: { id, number } } = asked;
      const request = { path: { id }, body: { reason } };
      const done = await sending.send(() => port.call(ENDPOINTS[deed], request));
      if (!done) {
        if (CONFLICTS.has(sending.refusal.value?.code ?? "")) changed(null);
        return;
      }
      close();
      changed(done.value);
      notify(ZH.terminals.deed[deed].done(number));
    },
  };
}

/** What can be done with it now. */
export function deedsFor({ state, line }: TerminalDetail): readonly TerminalDeed[] {
  return [
    ...(state === "active" ? ["suspend" as const] : []),
    ...(state === "suspended" ? ["resume" as const] : []),
    ...(line === "enrolled" ? ["revoke" as const] : []),
  ];
}
