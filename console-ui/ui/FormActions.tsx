import type { JSX } from "preact";
import { ZH } from "../i18n/zh.ts";
import { Button } from "./library.ts";

interface FormActionsProps {
  readonly send: string;
  readonly busy: boolean;
  readonly onCancel: () => void;
  /** What cannot be taken back is red. */
  readonly danger?: boolean;
}

/** Below a form in a dialog. */
export function FormActions({ send, busy, onCancel, danger }: FormActionsProps): JSX.Element {
  return (
    <div class="dialog-actions">
      <Button onClick={onCancel} data-testid="form-cancel">{ZH.action.cancel}</Button>
      <Button
        type="submit"
        appearance="primary"
        loading={busy}
        data-testid="form-send"
        {...(danger && { color: "red" as const })}
      >
        {send}
      </Button>
    </div>
  );
}
