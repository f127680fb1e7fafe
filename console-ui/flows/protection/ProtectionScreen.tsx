import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { AskDialog } from "../../ui/AskDialog.tsx";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Page } from "../../ui/Page.tsx";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { BrokenRows } from "./BrokenRows.tsx";
import type { ProtectionModelInstance, UpkeepKind } from "./model.ts";
import { RowAlarms } from "./RowAlarms.tsx";
import { SealedRows } from "./SealedRows.tsx";
import { UpkeepRun } from "./UpkeepRun.tsx";

const WORDS = ZH.protection;

export function ProtectionScreen(
  { flow }: { readonly flow: ProtectionModelInstance },
): JSX.Element {
  const asked = flow.asked.value;
  return (
    <Page title={WORDS.title} lead={WORDS.lead} testId="protection">
      {asked === null && <RefusalNote refusal={flow.sending.refusal.value} />}
      <div class="stack">
        <section class="panel" data-testid="integrity">
          <h2 class="panel-title">{WORDS.integrity}</h2>
          <p class="soft">{WORDS.integrityLead}</p>
          <LoadedBox of={flow.integrity}>
            {({ run, broken, alarms }) => (
              <>
                <RowAlarms alarms={alarms} />
                <UpkeepRun flow={flow} kind="integrity" run={run} />
                {run !== null && <BrokenRows run={run} broken={broken} />}
              </>
            )}
          </LoadedBox>
        </section>
        <section class="panel" data-testid="seals">
          <h2 class="panel-title">{WORDS.seals}</h2>
          <p class="soft">{WORDS.sealsLead}</p>
          <LoadedBox of={flow.seals}>
            {(seals) => (
              <>
                <SealedRows seals={seals} />
                <UpkeepRun flow={flow} kind="reseal" run={seals.run} />
              </>
            )}
          </LoadedBox>
        </section>
      </div>
      {asked && <Asking flow={flow} kind={asked} />}
    </Page>
  );
}

interface AskingProps {
  readonly flow: ProtectionModelInstance;
  readonly kind: UpkeepKind;
}

function Asking({ flow, kind }: AskingProps): JSX.Element {
  return (
    <AskDialog
      title={WORDS.action[kind].start}
      lead={WORDS.ask[kind]}
      send={WORDS.action[kind].start}
      sending={flow.sending}
      testId={`ask-${kind}`}
      onSend={() => void flow.act(kind, "start")}
      onClose={() => flow.close()}
    />
  );
}
