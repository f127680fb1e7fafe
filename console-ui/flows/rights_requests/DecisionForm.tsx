import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { sentFields } from "../../ui/form_data.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { DecisionFlow } from "./decision.ts";

const WORDS = ZH.requests;
const NOTE_LENGTH_MAX = 200;

export function DecisionForm({ flow }: { readonly flow: DecisionFlow }): JSX.Element {
  const form = useRef<HTMLFormElement>(null);
  const busy = flow.sending.busy.value;
  function refuse(): void {
    const note = form.current && new FormData(form.current).get("note");
    void flow.refuse(typeof note === "string" ? note.trim() : "");
  }
  return (
    <form
      class="form"
      ref={form}
      onSubmit={(event) => void flow.approve(sentFields(event)["note"] ?? "")}
    >
      <RefusalNote refusal={flow.sending.refusal.value} />
      <TextField
        name="note"
        label={WORDS.field.note}
        hint={WORDS.refuseNote}
        maxLength={NOTE_LENGTH_MAX}
      />
      <div class="dialog-actions">
        <Button onClick={refuse} disabled={busy} data-testid="refuse">{WORDS.refuse}</Button>
        <Button type="submit" appearance="primary" loading={busy} data-testid="approve">
          {WORDS.approve}
        </Button>
      </div>
    </form>
  );
}
