import type { ErasureCertificate } from "../../server/modules/fleet/retire/contract.ts";
import type { Clock } from "../../server/platform/clock.ts";
import { describeMachine, listMedia } from "./machine.ts";
import type { MarkerSearch } from "./markers.ts";
import { sampleDevice } from "./sample_device.ts";
import { trimDisk } from "./trim.ts";
import { type Wiped, wipeFolder } from "./wipe_files.ts";

export interface EraseOptions {
  readonly dataFolder: string;
  /** Programs of releases: nothing of a patient is there, and this program may run from there. */
  readonly except: readonly string[];
  /** Vendors' work folders, the browser's profile. */
  readonly also: readonly string[];
  readonly device: string | undefined;
  readonly search: MarkerSearch;
  readonly clock: Clock;
}

export type Erased = Pick<
  ErasureCertificate,
  "machine" | "media" | "method" | "trim" | "startedAt" | "endedAt" | "wiped" | "verification"
>;

/** From here nothing comes back; throws StartError where something of it did not go. */
export async function eraseTerminal(
  { dataFolder, except, also, device, search, clock }: EraseOptions,
): Promise<Erased> {
  const startedAt = clock.now().toISOString();
  const wiped: Wiped[] = [];
  for (const path of [dataFolder, ...also]) wiped.push(await wipeFolder(path, { except, search }));
  const trim = await trimDisk(dataFolder);
  const sampled = device === undefined ? null : await sampleDevice(device, search);
  return {
    machine: await describeMachine(),
    media: await listMedia(),
    method: "overwrite_verify_unlink",
    trim,
    startedAt,
    endedAt: clock.now().toISOString(),
    wiped: wiped.map(({ path, files, bytes }) => ({ path, files, bytes })),
    verification: {
      blocks: wiped.reduce((sum, { blocks }) => sum + blocks, 0),
      mismatches: 0,
      markers: search.count,
      found: 0,
      device: sampled,
    },
  };
}
