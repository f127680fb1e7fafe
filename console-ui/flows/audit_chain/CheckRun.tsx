import type { JSX } from "preact";
import type { VerifyRunView } from "../../../server/modules/audit/verify_runs/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { Facts } from "../../ui/Facts.tsx";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Progress } from "../../ui/Progress.tsx";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { checkFacts, outcomeOf } from "./check_facts.tsx";
import { type Checks, isUnderWay } from "./checks.ts";

const WORDS = ZH.checks;
/** So many the platform tells at most (verify_runs/contract.ts). */
const FAULTS_MAX = 50;

/** One check: how far it is, or what it found. */
export function CheckRun({ flow }: { readonly flow: Checks }): JSX.Element {
  return (
    <div class="stack">
      <Link to={{ section: "audit-chain", id: "checks" }}>{WORDS.back}</Link>
      <RefusalNote refusal={flow.doing.refusal.value} />
      <LoadedBox of={flow.run}>
        {(run) => (
          <>
            <section class="panel" data-testid="check" data-outcome={outcomeOf(run)}>
              <h2 class="panel-title">{WORDS.title}</h2>
              <p class="list-lead" role="status">{WORDS.explained[outcomeOf(run)]}</p>
              <Facts facts={checkFacts(run)} />
              {isUnderWay(run) && <UnderWay flow={flow} run={run} />}
            </section>
            {run.faults.length > 0 && <Faults faults={run.faults} />}
          </>
        )}
      </LoadedBox>
    </div>
  );
}

function UnderWay(
  { flow, run }: { readonly flow: Checks; readonly run: VerifyRunView },
): JSX.Element {
  return (
    <div class="form upkeep">
      <Progress
        label={WORDS.bar}
        done={Math.min(run.links, run.linksExpected)}
        total={run.linksExpected}
      />
      <Button
        loading={flow.doing.busy.value}
        onClick={() => void flow.cancel()}
        data-testid="cancel-check"
      >
        {WORDS.cancel}
      </Button>
    </div>
  );
}

/** Each says its kind, stream, number, event and what does not fit. */
function Faults({ faults }: { readonly faults: readonly string[] }): JSX.Element {
  return (
    <section class="panel" data-testid="check-faults">
      <h2 class="panel-title">{WORDS.faults}</h2>
      <p class="list-lead soft">{WORDS.faultsLead(faults.length, faults.length < FAULTS_MAX)}</p>
      <ol class="faults">
        {faults.map((fault) => <li key={fault}>{fault}</li>)}
      </ol>
    </section>
  );
}
