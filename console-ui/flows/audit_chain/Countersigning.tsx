import type { JSX } from "preact";
import type { CheckpointText } from "../../../server/modules/audit/countersigning/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { type Fact, Facts } from "../../ui/Facts.tsx";
import { Fingerprint } from "../../ui/Fingerprint.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { useConsole } from "../../ui/console_context.ts";
import { Button } from "../../ui/library.ts";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Name } from "../../ui/Name.tsx";
import { saveFile } from "../../ui/save_file.ts";
import { Tag } from "../../ui/Tag.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { Countersigning as Flow } from "./countersigning.ts";
import { CountersignForm } from "./CountersignForm.tsx";
import { signingCommands } from "./signing_commands.ts";

const WORDS = ZH.countersigning;

/** What the owner of a second key is given, how he signs it, and where his signature goes. */
export function Countersigning({ flow }: { readonly flow: Flow }): JSX.Element {
  const { go } = useConsole();
  const number = flow.number.value ?? "";
  return (
    <div class="stack">
      <p class="soft">{WORDS.lead}</p>
      <FilterBar
        onSearch={(query) => go({ section: "audit-chain", id: "countersigning", query })}
      >
        <TextField
          key={number}
          name="number"
          label={WORDS.number}
          value={number}
          inputMode="numeric"
          pattern="[1-9][0-9]{0,17}"
          autoComplete="off"
        />
      </FilterBar>
      <LoadedBox of={flow.checkpoint}>
        {(checkpoint) => <Steps key={checkpoint.number} flow={flow} checkpoint={checkpoint} />}
      </LoadedBox>
    </div>
  );
}

interface StepsProps {
  readonly flow: Flow;
  readonly checkpoint: CheckpointText;
}

function Steps({ flow, checkpoint }: StepsProps): JSX.Element {
  const { number, body } = checkpoint;
  const name = WORDS.fileName(number);
  return (
    <div class="stack" data-testid="checkpoint">
      <section class="panel">
        <h2 class="panel-title">{WORDS.text}</h2>
        <p class="list-lead">{WORDS.textLead}</p>
        <Facts facts={factsOf(checkpoint)} />
        <pre class="command long-text" tabIndex={0} aria-label={WORDS.body}>{body}</pre>
        <div class="row">
          <Button
            appearance="primary"
            onClick={() => saveFile(name, new Blob([body], { type: "text/plain" }))}
            data-testid="download-checkpoint"
          >
            {ZH.action.download}
          </Button>
          <CopyButton text={body} said={WORDS.copied} />
        </div>
      </section>
      <section class="panel">
        <h2 class="panel-title">{WORDS.commands}</h2>
        {signingCommands(name).map(({ title, command }) => (
          <div key={title}>
            <p>{WORDS[title]}</p>
            <pre class="command">{command}</pre>
          </div>
        ))}
      </section>
      <section class="panel narrow">
        <h2 class="panel-title">{WORDS.hand}</h2>
        <p class="list-lead">{WORDS.handLead}</p>
        <CountersignForm flow={flow} />
      </section>
    </div>
  );
}

function factsOf({ number, at, digest, countersignatures }: CheckpointText): Fact[] {
  const { field } = WORDS;
  return [
    [field.number, WORDS.numberOf(number)],
    [field.at, momentText(at)],
    [field.digest, <Fingerprint key="digest">{digest}</Fingerprint>],
    [
      field.signed,
      countersignatures.length === 0
        ? <Tag key="tag" tone="wait">{WORDS.notSigned}</Tag>
        : (
          <ul key="signed" class="lines" data-testid="countersignatures">
            {countersignatures.map(({ party, fingerprint, recordedAt }) => (
              <li key={fingerprint}>
                <Name>{party}</Name>
                <span class="cell-detail">{WORDS.signedAt(momentText(recordedAt))}</span>
                <span class="cell-detail">
                  {WORDS.keyDigest} <Fingerprint>{fingerprint}</Fingerprint>
                </span>
              </li>
            ))}
          </ul>
        ),
    ],
  ];
}
