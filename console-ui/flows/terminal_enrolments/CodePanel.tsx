import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { sentFields } from "../../ui/form_data.ts";
import { Button } from "../../ui/library.ts";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { EnrolmentsModelInstance } from "./model.ts";

const WORDS = ZH.enrolments;
const CODE_LENGTH_MIN = 8;
/** As people write it: in groups. */
const CODE_LENGTH_MAX = 24;

/** Where the code on the terminal's screen is typed in. */
export function CodePanel({ flow }: { readonly flow: EnrolmentsModelInstance }): JSX.Element {
  return (
    <section class="panel panel-narrow" aria-labelledby="enrolment-code">
      <h2 class="panel-title" id="enrolment-code">{WORDS.enterTitle}</h2>
      <form
        class="form"
        onSubmit={(event) => void flow.find(sentFields(event)["code"] ?? "")}
        data-testid="code-form"
      >
        <RefusalNote refusal={flow.sending.refusal.value} />
        <TextField
          name="code"
          label={WORDS.code}
          hint={WORDS.codeHint}
          minLength={CODE_LENGTH_MIN}
          maxLength={CODE_LENGTH_MAX}
          autoComplete="off"
          required
        />
        <Button type="submit" appearance="primary" loading={flow.sending.busy.value}>
          {WORDS.find}
        </Button>
      </form>
    </section>
  );
}
