import type { JSX } from "preact";
import { yuan } from "../i18n/format.ts";

interface AmountTextProps {
  readonly fen: string | bigint;
  readonly size?: "body" | "large" | "huge";
  readonly testId?: string;
}

export function AmountText({ fen, size = "body", testId }: AmountTextProps): JSX.Element {
  return (
    <span class={`amount amount-${size}`} data-testid={testId}>
      <span class="amount-sign">¥</span>
      {yuan(fen)}
    </span>
  );
}
