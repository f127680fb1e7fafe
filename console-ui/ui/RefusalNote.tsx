import type { JSX } from "preact";
import { CHANGED_MEANWHILE, type Refusal } from "../api/answer.ts";
import { problemText, traceText } from "../i18n/problems.ts";
import { ZH } from "../i18n/zh.ts";
import { Button, Message } from "./library.ts";

interface RefusalNoteProps {
  readonly refusal: Refusal | null;
  /** Of a form: fills it with what the platform holds, where somebody else changed that. */
  readonly onReload?: () => void;
}

/** What went wrong, read aloud as soon as it is there. */
export function RefusalNote({ refusal, onReload }: RefusalNoteProps): JSX.Element {
  return (
    <div class="refusal" role="alert" data-testid="refusal" data-code={refusal?.code}>
      {refusal && (
        <Message type="error" showIcon role="presentation">
          {problemText(refusal)}
          {traceText(refusal) !== null && <span class="trace">{traceText(refusal)}</span>}
          {onReload && refusal.code === CHANGED_MEANWHILE && (
            <div class="refusal-way">
              <Button size="sm" onClick={onReload} data-testid="reload">{ZH.action.newest}</Button>
            </div>
          )}
        </Message>
      )}
    </div>
  );
}
