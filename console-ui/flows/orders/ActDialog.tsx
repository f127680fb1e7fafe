import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { AskDialog } from "../../ui/AskDialog.tsx";
import { Facts } from "../../ui/Facts.tsx";
import { Name } from "../../ui/Name.tsx";
import { SelectField } from "../../ui/SelectField.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { OrderAct, OrderActs, OrderDeed, OrderLeg } from "./acts.ts";
import { kindText } from "./time_line.ts";

const WORDS = ZH.orders.acts;
const EVIDENCE_LENGTH_MAX = 200;
const NUMBER_LENGTH_MAX = 64;

interface ActDialogProps {
  readonly acts: OrderActs;
  readonly legs: readonly OrderLeg[];
}

/** Asks for an act, or decides on one; nothing while none is open. */
export function ActDialog({ acts, legs }: ActDialogProps): JSX.Element | null {
  const deed = acts.deed.value;
  if (!deed) return null;
  return (
    <AskDialog
      title={titleOf(deed, legs)}
      lead={leadOf(deed)}
      send={sendOf(deed)}
      sending={acts.sending}
      danger={deed.kind === "decide" && deed.verdict === "approve"}
      onSend={(fields) => void acts.send(fields)}
      onClose={() => acts.close()}
      testId="order-act"
    >
      {deed.kind === "decide"
        ? <ActFacts act={deed.act} legs={legs} />
        : <EvidenceFields deed={deed} />}
    </AskDialog>
  );
}

function titleOf(deed: OrderDeed, legs: readonly OrderLeg[]): string {
  switch (deed.kind) {
    case "close":
      return WORDS.askClose;
    case "settle":
      return WORDS.askSettle(kindText(deed.leg.kind));
    case "decide":
      return `${WORDS[deed.verdict]}：${actText(deed.act, legs)}`;
  }
}

function leadOf(deed: OrderDeed): string {
  switch (deed.kind) {
    case "close":
      return WORDS.closeLead;
    case "settle":
      return WORDS.settleLead;
    case "decide":
      return deed.verdict === "approve" ? WORDS.approveLead : WORDS.rejectLead;
  }
}

function sendOf(deed: OrderDeed): string {
  return deed.kind === "decide" ? WORDS[deed.verdict] : WORDS.send;
}

/** What was asked for, in a few words. */
export function actText({ kind, leg, outcome }: OrderAct, legs: readonly OrderLeg[]): string {
  if (kind === "close" || outcome === null) return WORDS.whatClose;
  const step = legs.find(({ n }) => n === leg)?.kind ?? "";
  return WORDS.whatSettle(kindText(step), WORDS.outcome[outcome]);
}

function ActFacts({ act, legs }: Omit<ActDialogProps, "acts"> & { readonly act: OrderAct }) {
  return (
    <Facts
      facts={[
        [WORDS.columns.what, actText(act, legs)],
        [WORDS.columns.by, <Name key="by">{act.askedBy}</Name>],
        [WORDS.columns.evidence, <Name key="evidence">{act.evidence ?? WORDS.unreadable}</Name>],
        [WORDS.number, act.evidenceNumber ?? WORDS.notGiven],
        [
          WORDS.digest,
          act.evidenceDigest === null
            ? WORDS.notGiven
            : <span key="digest" class="fingerprint">{act.evidenceDigest}</span>,
        ],
      ]}
    />
  );
}

function EvidenceFields({ deed }: { readonly deed: Exclude<OrderDeed, { kind: "decide" }> }) {
  return (
    <>
      {deed.kind === "settle" && (
        <SelectField
          name="outcome"
          label={WORDS.outcomeField}
          choices={deed.leg.settlements.map((each) => [each, WORDS.outcome[each]] as const)}
        />
      )}
      <TextField
        name="evidence"
        label={WORDS.evidenceField}
        hint={WORDS.evidenceHint}
        maxLength={EVIDENCE_LENGTH_MAX}
        required
        autoFocus
      />
      <TextField
        name="evidenceNumber"
        label={WORDS.numberField}
        hint={WORDS.numberHint}
        pattern="[0-9A-Za-z_\\-]*"
        maxLength={NUMBER_LENGTH_MAX}
      />
      <TextField
        name="evidenceDigest"
        label={WORDS.digestField}
        hint={WORDS.digestHint}
        pattern="[0-9a-f]{64}"
      />
    </>
  );
}
