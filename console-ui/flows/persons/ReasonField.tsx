import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { TextField } from "../../ui/TextField.tsx";

const WORDS = ZH.persons;
const REASON_LENGTH_MIN = 5;
const REASON_LENGTH_MAX = 200;

interface ReasonFieldProps {
  readonly label?: string | undefined;
  readonly hint?: string | undefined;
}

/** Sent as `reason`; the audit trail keeps it. */
export function ReasonField(props: ReasonFieldProps): JSX.Element {
  const { label = WORDS.reason, hint = WORDS.reasonHint } = props;
  return (
    <TextField
      name="reason"
      label={label}
      hint={hint}
      minLength={REASON_LENGTH_MIN}
      maxLength={REASON_LENGTH_MAX}
      autoComplete="off"
      required
      autoFocus
    />
  );
}
