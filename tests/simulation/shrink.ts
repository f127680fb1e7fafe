import type { Scenario, Visit } from "./scenario.ts";

/** Runs a shrinking may take; what is left then is small enough to read. */
const TRIES_MAX = 300;

/**
 * The same failure with fewer visits and troubles, as far as leaving them out one by one goes.
 * `breaks` runs a scenario and says whether it still fails.
 */
export async function shrink(
  scenario: Scenario,
  breaks: (scenario: Scenario) => boolean | Promise<boolean>,
): Promise<Scenario> {
  let smallest = scenario;
  let tries = 0;
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    for (const smaller of smallerThan(smallest)) {
      if (tries++ >= TRIES_MAX) return smallest;
      if (!await breaks(smaller)) continue;
      smallest = smaller;
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

/** Boldest first: half of the visits, then one visit, one trouble, one twist less. */
function* smallerThan(scenario: Scenario): Generator<Scenario> {
  const { visits, troubles } = scenario;
  const half = visits.length >> 1;
  if (half > 0) {
    yield { ...scenario, visits: visits.slice(0, half) };
    yield { ...scenario, visits: visits.slice(half) };
  }
  if (troubles.length > 1) yield { ...scenario, troubles: [] };
  for (const visit of visits) {
    if (visits.length > 1) yield { ...scenario, visits: visits.filter((other) => other !== visit) };
  }
  for (const trouble of troubles) {
    yield { ...scenario, troubles: troubles.filter((other) => other !== trouble) };
  }
  for (const visit of visits) {
    for (const plainer of plainerThan(visit)) {
      yield { ...scenario, visits: visits.map((other) => other === visit ? plainer : other) };
    }
  }
}

function* plainerThan(visit: Visit): Generator<Visit> {
  if (visit.crash) yield { ...visit, crash: null };
  if (visit.rivalAfterMs !== null) yield { ...visit, rivalAfterMs: null };
  if (visit.cancelsAfterMs !== null) yield { ...visit, cancelsAfterMs: null };
  if (visit.refunds.length > 0) yield { ...visit, refunds: [] };
  if (visit.asksBack.length > 0) yield { ...visit, asksBack: [] };
  if (visit.purse !== "wallet") yield { ...visit, purse: "wallet" };
  if (visit.refusedBy) yield { ...visit, refusedBy: null };
  if (visit.settlesDifferentlyFen !== 0) yield { ...visit, settlesDifferentlyFen: 0 };
  if (visit.faultRate > 0) yield { ...visit, faultRate: 0 };
}
