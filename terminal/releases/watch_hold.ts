import type { Clock } from "../../server/platform/clock.ts";
import type { Log } from "../../server/platform/log.ts";
import type { Pause } from "../../server/platform/pause.ts";
import type { DeviceStatus } from "../contract.ts";
import type { OrderProgress } from "../journal.ts";
import { removeDurably, writeDurably } from "./durable.ts";
import { readHold, REQUEST_NAMES, TOLD_MODE } from "./layout.ts";

const LOOK_WAIT_MS = 1_000;

export interface HoldDeps {
  readonly releases: string;
  readonly requests: string;
  readonly session: { readonly isHeld: boolean };
  readonly journal: { openOrders(): readonly { readonly progress: OrderProgress }[] };
  readonly supervisor: { readonly statuses: readonly DeviceStatus[] };
  /** No new patient is identified while it is closed, and the screen says so. */
  readonly settings: { close(isClosed: boolean): void };
  readonly clock: Clock;
  readonly pause: Pause;
  readonly log: Log;
}

/**
 * While the updater holds this terminal, no new patient is taken as soon as the last one is gone
 * and paid, and the updater is told so. A hold ends by itself: an updater that died closes nothing.
 */
export async function watchHold(deps: HoldDeps, signal: AbortSignal): Promise<void> {
  const drained = `${deps.requests}/${REQUEST_NAMES.drained}`;
  await removeDurably(drained);
  let told: string | null = null;
  while (!signal.aborted) {
    const wanted = await wantedHold(deps);
    if (wanted !== told) {
      if (told !== null) {
        await removeDurably(drained);
        deps.settings.close(false);
        told = null;
      }
      // In one turn: whoever is identified from here on is refused.
      if (wanted !== null && !isBusy(deps)) {
        deps.settings.close(true);
        told = wanted;
        await writeDurably(drained, `${[wanted, ...offline(deps)].join(" ")}\n`, TOLD_MODE);
        deps.log.info("Held for an update");
      }
    }
    await deps.pause(LOOK_WAIT_MS, signal);
  }
}

async function wantedHold({ releases, clock }: HoldDeps): Promise<string | null> {
  const hold = await readHold(releases);
  return hold && hold.untilSeconds * 1_000 > clock.now().getTime() ? hold.id : null;
}

/** An order that waits for a person's decision may wait for days; it outlives a restart. */
function isBusy({ session, journal, supervisor }: HoldDeps): boolean {
  return session.isHeld || supervisor.statuses.some(({ mediaPresent }) => mediaPresent) ||
    journal.openOrders().some(({ progress }) => progress !== "attention");
}

function offline({ supervisor }: HoldDeps): string[] {
  return supervisor.statuses.filter(({ state }) => state === "offline").map(({ device }) => device);
}
