import type { Clock } from "../../../platform/clock.ts";
import { type ListeningPort, readListeningPorts } from "./listening_ports.ts";
import { readTimeSync, type TimeSync } from "./time_sync.ts";

/** What the machine the pack is made on says of itself, at one time; null for what it does not. */
export interface HostState {
  readonly at: Date;
  readonly ports: readonly ListeningPort[] | null;
  readonly timeSync: TimeSync | null;
}

export type ReadHost = () => Promise<HostState>;

export async function readHostState({ clock }: { readonly clock: Clock }): Promise<HostState> {
  const at = clock.now();
  return { at, ports: await readListeningPorts(), timeSync: await readTimeSync(at) };
}

/** One look for a whole pack, so that its files agree. */
export function readOnce(read: ReadHost): ReadHost {
  let state: Promise<HostState> | null = null;
  return () => state ??= read();
}
