import { ChainCheck } from "./chain_check.ts";
import type { ChainPart } from "./chain_part.ts";
import type { Fault } from "./fault.ts";
import { unlinkedFault } from "./find_unlinked_events.ts";
import { beginSteps, type Steps } from "./go_along.ts";
import { signatureCheck } from "./known_keys.ts";
import { type LinkedEvent, linkPages } from "./pages.ts";
import { reportOf, type VerifyReport } from "./report.ts";
import { formTagCheck, type VerifyDatabaseDeps } from "./verify_database.ts";

/** Sees every page that is written into a pack. */
export interface PartFollower {
  begin(part: ChainPart, forged: Fault | null): void;
  take(page: readonly LinkedEvent[]): Promise<void>;
}

export interface PartCheck extends PartFollower {
  /** Null where nothing was written. */
  report(signal: AbortSignal): Promise<VerifyReport | null>;
}

interface Begun {
  readonly part: ChainPart;
  readonly check: ChainCheck;
  readonly steps: Steps;
}

const NOT_LOOKED_FOR = { fault: null, waiting: 0 } as const;

/** What `verifyDatabase` checks of a part, while the part is written: its rows are read once. */
export function checkOnTheWay(deps: VerifyDatabaseDeps): PartCheck {
  let begun: Begun | null = null;
  let fault: Fault | null = null;
  let forged: Fault | null = null;
  let reached: Date | null = null;
  return {
    begin(part, found) {
      forged = found;
      const check = new ChainCheck(part.start, {
        fitsForm: formTagCheck(deps),
        isSigned: signatureCheck(deps.provider, deps.keys),
        anchors: new Map(),
      });
      const alsoCheck = () => Promise.resolve(null);
      begun = { part, check, steps: beginSteps({ db: deps.db, check, alsoCheck }, part) };
      fault = part.fault;
    },
    async take(page) {
      reached = page.at(-1)?.link.at ?? reached;
      fault ??= await begun?.steps.take(page) ?? null;
    },
    async report(signal) {
      if (!begun) return null;
      const { part, check, steps } = begun;
      const tail = fault ?? await goToTheEnd(deps, { part, steps, signal, reached });
      const waiting = tail ? NOT_LOOKED_FOR : await unlinkedFault(deps, part);
      const tagsChecked = deps.tags !== null && !deps.linksOnly;
      const end = { forged, countersigned: null, tagsChecked };
      return reportOf(check, { tail, waiting, ...end });
    },
  };
}

/** A pack ends at a checkpoint; links behind it are checked all the same. */
async function goToTheEnd(
  { db }: VerifyDatabaseDeps,
  { part, steps, signal, reached }: Pick<Begun, "part" | "steps"> & {
    readonly signal: AbortSignal;
    readonly reached: Date | null;
  },
): Promise<Fault | "stopped" | null> {
  for await (const page of linkPages(db, { after: reached ?? part.after, to: part.to })) {
    const fault = await steps.take(page);
    if (fault) return fault;
    if (signal.aborted) return "stopped";
  }
  return await steps.end();
}
