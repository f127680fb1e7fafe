import { statfs } from "node:fs/promises";
import type { Clock } from "../server/platform/clock.ts";
import type { Pause } from "../server/platform/pause.ts";
import type { DeviceStatus } from "./contract.ts";
import type { PadKeysSight } from "./device_status.ts";
import type { Journal } from "./journal.ts";
import { sendHeartbeat } from "./platform_calls.ts";
import type { PlatformClient } from "./platform_client.ts";

const HEARTBEAT_WAIT_MS = 30_000;
/** The first one after a gap comes soon. */
const UNREACHABLE_WAIT_MS = 2_000;

interface Deps {
  readonly client: PlatformClient;
  readonly journal: Journal;
  readonly supervisor: { readonly statuses: readonly DeviceStatus[] };
  /** Why bank cards are not taken; null without a PIN pad, or while they are. */
  readonly padKeys: PadKeysSight | null;
  readonly dataFolder: string;
  readonly version: string;
  readonly clock: Clock;
  readonly pause: Pause;
}

/** Tells how the terminal is; the next one says it anew, so a lost one is not repeated. */
export async function beat(deps: Deps, signal: AbortSignal): Promise<void> {
  const { client, journal, supervisor, clock, pause, version } = deps;
  const startedAt = clock.now().toISOString();
  while (!signal.aborted) {
    if (client.connection === "connected") {
      const diskFreeBytes = await freeBytes(deps.dataFolder);
      if (signal.aborted) return;
      await client.call(sendHeartbeat({
        at: clock.now().toISOString(),
        startedAt,
        version,
        devices: supervisor.statuses.map(({ device, state }) => ({
          device,
          state,
          detail: device === "pin_pad" ? deps.padKeys?.trouble ?? "" : "",
        })),
        journal: {
          unsent: journal.events.unsentCount,
          openOrders: journal.openOrders().length,
          diskFreeBytes,
        },
      }));
    }
    const ms = client.connection === "connected" ? HEARTBEAT_WAIT_MS : UNREACHABLE_WAIT_MS;
    await pause(ms, signal);
  }
}

export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
