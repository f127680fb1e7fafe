import { simulatePlatform } from "../simulation/platform/simulate_platform.ts";

/** One half of level b of the simulation (docs/simulation.md), so that both take one core each. */
simulatePlatform("odd");
