import type { JSX } from "preact";
import type { Refusal } from "../api/answer.ts";
import { problemText, traceText } from "../i18n/problems.ts";
import { Message } from "./library.ts";

/** What went wrong, read aloud as soon as it is there. */
export function RefusalNote({ refusal }: { readonly refusal: Refusal | null }): JSX.Element {
  return (
    <div class="refusal" role="alert" data-testid="refusal" data-code={refusal?.code}>
      {refusal && (
        <Message type="error" showIcon role="presentation">
          {problemText(refusal)}
          {traceText(refusal) !== null && <span class="trace">{traceText(refusal)}</span>}
        </Message>
      )}
    </div>
  );
}
