import { hostname } from "node:os";
import { reasonOf } from "../platform/errors.ts";
import type { PartyHealthBook } from "../platform/party_health.ts";
import { pauseFor } from "../platform/pause.ts";
import { sharePartyHealth } from "../platform/party_health_rows.ts";
import type { PlatformDeps } from "../services.ts";

const SHARE_MS = 10_000;

/** Shares what this process sees of its parties until it stops. */
export async function tellPartyHealth(
  { db, clock, log, stopping }: PlatformDeps,
  health: PartyHealthBook,
): Promise<void> {
  const process = `${hostname()}:${Deno.pid}`;
  while (!stopping.aborted) {
    try {
      await sharePartyHealth({ db, clock, health, process });
    } catch (thrown) {
      log.warn("Health of parties not shared", { why: reasonOf(thrown) });
    }
    await pauseFor(SHARE_MS, stopping);
  }
}
