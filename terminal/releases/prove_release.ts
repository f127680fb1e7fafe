import type { Log } from "../../server/platform/log.ts";
import { type Pause } from "../../server/platform/pause.ts";
import type { Connection, DeviceStatus } from "../contract.ts";
import type { KeepNote } from "../device_notes.ts";
import { readProbation } from "./layout.ts";
import { askUpdater } from "./requests.ts";

const LOOK_WAIT_MS = 5_000;

export interface ProofDeps {
  readonly releases: string;
  readonly requests: string;
  /** Of this program. */
  readonly version: string;
  /** What was offline under the release before: that it still is says nothing of this one. */
  readonly offlineBefore: ReadonlySet<string>;
  readonly supervisor: { readonly statuses: readonly DeviceStatus[] };
  readonly client: { readonly connection: Connection };
  /** Whether the screens are served. */
  readonly isServing: () => Promise<boolean>;
  readonly pause: Pause;
  readonly note: KeepNote;
  readonly log: Log;
}

/** A release on probation asks to stay once its devices, its line and its screens are there. */
export async function proveRelease(deps: ProofDeps, signal: AbortSignal): Promise<void> {
  const { releases, requests, version, pause, note, log } = deps;
  let told = "";
  let isAsked = false;
  while (!signal.aborted) {
    const probation = await readProbation(releases);
    if (probation?.version !== version) break;
    const troubles = await troublesOf(deps);
    if (troubles.length === 0 && !isAsked) {
      await askUpdater(requests, { act: "commit", id: crypto.randomUUID(), version });
      note({ kind: "release.proven", severity: "info", fields: { version } });
      isAsked = true;
    }
    const text = troubles.join(" ");
    if (text !== "" && text !== told) log.warn("The release has not proven itself", { text });
    told = text;
    await pause(LOOK_WAIT_MS, signal);
  }
  await aborted(signal);
}

async function troublesOf(deps: ProofDeps): Promise<string[]> {
  const { supervisor, client, offlineBefore, isServing } = deps;
  const devices = supervisor.statuses.filter(({ device, state }) =>
    state === "offline" && !offlineBefore.has(device)
  ).map(({ device }) => device);
  return [
    ...(supervisor.statuses.length === 0 ? ["devices"] : devices),
    ...(client.connection === "connected" ? [] : ["line"]),
    ...(await isServing() ? [] : ["screens"]),
  ];
}

/** There is nothing more to prove till the terminal stops. */
function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true })
  );
}
