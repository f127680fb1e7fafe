import type { RunPackDeps } from "./modules/compliance/packs/run_pack.ts";
import { listRoutes } from "./route_list.ts";
import type { Services } from "./services.ts";

/** What evidence packs are made from, in a worker and on the shell. */
export function evidencePacks(services: Services): RunPackDeps {
  const { platform, audit, console } = services;
  return {
    ...platform,
    audit,
    policies: console.policies,
    installation: platform.installation ?? null,
    routes: () => listRoutes(services),
  };
}
