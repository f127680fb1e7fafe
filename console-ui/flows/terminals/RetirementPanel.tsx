import type { JSX } from "preact";
import type { RetirementView } from "../../../server/modules/fleet/console/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { type Fact, Facts } from "../../ui/Facts.tsx";
import { Fingerprint } from "../../ui/Fingerprint.tsx";
import { Button } from "../../ui/library.ts";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Name } from "../../ui/Name.tsx";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { saveFile } from "../../ui/save_file.ts";
import { Tag } from "../../ui/Tag.tsx";
import type { TerminalsModelInstance } from "./model.ts";

const WORDS = ZH.terminals.retirement;
const METHODS: Readonly<Record<string, string>> = WORDS.method;
const TONES = { good: "good", bad: "bad", unchecked: "wait" } as const;

interface RetirementPanelProps {
  readonly flow: TerminalsModelInstance;
}

/** Of a terminal that went: when, by whom, and the certificate to take away. */
export function RetirementPanel({ flow }: RetirementPanelProps): JSX.Element {
  const { retirement, taking } = flow;
  return (
    <section class="panel" aria-labelledby="terminal-retirement" data-testid="retirement">
      <h2 class="panel-title" id="terminal-retirement">{WORDS.title}</h2>
      <LoadedBox of={retirement} none={{ title: WORDS.none, isEmpty: (value) => value === null }}>
        {(view) => (
          view && (
            <div class="stack">
              <Facts facts={factsOf(view)} />
              <RefusalNote refusal={taking.refusal.value} />
              <div class="row">
                <Button
                  loading={taking.busy.value}
                  onClick={() => void save(flow, view)}
                  data-testid="take-certificate"
                >
                  {WORDS.take}
                </Button>
              </div>
              <p class="soft">{WORDS.howToCheck}</p>
            </div>
          )
        )}
      </LoadedBox>
    </section>
  );
}

async function save(flow: TerminalsModelInstance, { fileName }: RetirementView): Promise<void> {
  const file = await flow.takeCertificate();
  if (file) saveFile(fileName, file);
}

function factsOf(view: RetirementView): Fact[] {
  const { verdict, signature, countersignature } = view;
  return [
    [WORDS.facts.recordedAt, momentText(view.recordedAt)],
    [WORDS.facts.recordedBy, <Name key="recorded">{view.recordedBy}</Name>],
    [WORDS.facts.method, <Name key="method">{METHODS[view.method] ?? view.method}</Name>],
    [WORDS.facts.people, <Name key="people">{`${view.operator}、${view.witness}`}</Name>],
    [WORDS.facts.reason, <Name key="reason">{view.reason}</Name>],
    [WORDS.facts.certificateId, <code key="id" class="digest">{view.certificateId}</code>],
    [
      WORDS.facts.verdict,
      <span key="verdict" class="row">
        <Tag tone={TONES[verdict]}>{WORDS.verdict[verdict]}</Tag>
        <span class="soft">
          {WORDS.signatures(WORDS.signature[signature], WORDS.signature[countersignature])}
        </span>
      </span>,
    ],
    [WORDS.facts.platformKey, <Fingerprint key="key">{view.platformKey}</Fingerprint>],
  ];
}
