import type { HostState } from "./modules/compliance/host/host_state.ts";
import type { RunPackDeps } from "./modules/compliance/packs/run_pack.ts";
import { listRoutes } from "./route_list.ts";
import type { Services } from "./services.ts";

function nothingOf(at: Date): HostState {
  return { at, ports: null, timeSync: null };
}

/** What evidence packs are made from, in a worker and on the shell. */
export function evidencePacks(services: Services): RunPackDeps {
  const { platform, audit, console } = services;
  return {
    ...platform,
    audit,
    policies: console.policies,
    installation: platform.installation ?? null,
    routes: () => listRoutes(services),
    readHost: platform.readHost ?? (() => Promise.resolve(nothingOf(platform.clock.now()))),
  };
}
