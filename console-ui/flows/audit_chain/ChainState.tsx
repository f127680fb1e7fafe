import type { JSX } from "preact";
import type { ChainView } from "../../../server/modules/audit/archive/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { AskDialog } from "../../ui/AskDialog.tsx";
import { type Fact, Facts } from "../../ui/Facts.tsx";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { Archives } from "./Archives.tsx";
import { lastVerificationFacts } from "./last_verification.tsx";
import type { AuditChainModelInstance, DeletionAsked } from "./model.ts";

const WORDS = ZH.chain;
/** The number is that of the checkpoint that was signed. */
const COUNTERSIGN = "yikatong audit checkpoint --number N --countersignature checkpoint.sig \\\n" +
  "  --counter-key other.pem --party 单位名称 --by 姓名";
const REASON_ROWS = 3;
const REASON_LENGTH_MAX = 500;

/** Where the chain stands, what is done on the server's shell, and the archives. */
export function ChainState({ flow }: { readonly flow: AuditChainModelInstance }): JSX.Element {
  const asked = flow.asked.value;
  return (
    <>
      <div class="stack">
        <div class="panels">
          <section class="panel">
            <h2 class="panel-title">{WORDS.state}</h2>
            <LoadedBox of={flow.chain}>
              {(chain) => (
                <div data-testid="chain">
                  <Facts facts={factsOf(chain)} />
                </div>
              )}
            </LoadedBox>
          </section>
          <Commands />
        </div>
        <section>
          <h2 class="panel-title">{WORDS.archives}</h2>
          <p class="list-lead soft">{WORDS.archivesLead}</p>
          <LoadedBox of={flow.archives}>
            {(archives) => <Archives flow={flow} archives={archives} />}
          </LoadedBox>
        </section>
      </div>
      {asked && <DeletionDialog flow={flow} asked={asked} />}
    </>
  );
}

function factsOf(
  { links, streams, unlinkedEvents, lastCheckpoint, lastVerification }: ChainView,
): Fact[] {
  return [
    [WORDS.field.links, WORDS.count(links)],
    [WORDS.field.streams, WORDS.streams(streams)],
    [
      WORDS.field.unlinked,
      unlinkedEvents === 0
        ? <Tag key="tag" tone="good">{WORDS.allLinked}</Tag>
        : <Tag key="tag" tone="wait">{WORDS.waiting(unlinkedEvents)}</Tag>,
    ],
    ...(lastCheckpoint === null
      ? [
        [
          WORDS.field.checkpoint,
          <Tag key="tag" tone="wait">{WORDS.noCheckpoint}</Tag>,
        ] satisfies Fact,
      ]
      : checkpointFacts(lastCheckpoint)),
    ...lastVerificationFacts(lastVerification),
  ];
}

function checkpointFacts(
  { number, at, digest, countersignedBy }: NonNullable<ChainView["lastCheckpoint"]>,
): Fact[] {
  return [
    [WORDS.field.checkpoint, WORDS.number(number)],
    [WORDS.field.at, momentText(at)],
    [WORDS.field.digest, <code key="digest" class="digest">{digest}</code>],
    [
      WORDS.field.countersigned,
      countersignedBy.length === 0
        ? <Tag key="tag" tone="wait">{WORDS.notCountersigned}</Tag>
        : <bdi key="names">{countersignedBy.join("、")}</bdi>,
    ],
  ];
}

/** What is done on the server's shell, where nobody of the console can interfere. */
function Commands(): JSX.Element {
  return (
    <section class="panel">
      <h2 class="panel-title">{WORDS.verify}</h2>
      <p>{WORDS.verifyLead}</p>
      <pre class="command">yikatong audit verify</pre>
      <p>{WORDS.verifyPack}</p>
      <pre class="command">yikatong audit verify --pack pack.zip --public-key platform.pem</pre>
      <p>{WORDS.countersignLead}</p>
      <pre class="command">yikatong audit checkpoint --out checkpoint.txt</pre>
      <p>{WORDS.countersignedLead}</p>
      <pre class="command">{COUNTERSIGN}</pre>
    </section>
  );
}

interface DeletionDialogProps {
  readonly flow: AuditChainModelInstance;
  readonly asked: DeletionAsked;
}

function DeletionDialog({ flow, asked: { deed, month } }: DeletionDialogProps): JSX.Element {
  return (
    <AskDialog
      title={WORDS[`${deed}Title`](month)}
      lead={WORDS[`${deed}Lead`]}
      send={WORDS[deed]}
      sending={flow.sending}
      testId={`deletion-${deed}`}
      danger={deed !== "withdraw"}
      onSend={({ reason = "" }) => void flow.send(reason)}
      onClose={() => flow.close()}
    >
      {deed === "request" && (
        <TextField
          name="reason"
          label={WORDS.reason}
          hint={WORDS.reasonHint}
          rows={REASON_ROWS}
          maxLength={REASON_LENGTH_MAX}
          required
          autoFocus
        />
      )}
    </AskDialog>
  );
}
