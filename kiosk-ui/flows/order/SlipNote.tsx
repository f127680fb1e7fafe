import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/Button.tsx";
import type { SlipState } from "./step.ts";

interface SlipNoteProps {
  readonly flow: { print(): Promise<void> };
  readonly slip: SlipState;
  /** The patient has paid and only the paper is missing. */
  readonly paid?: boolean;
}

export function SlipNote({ flow, slip, paid = false }: SlipNoteProps): JSX.Element {
  const words = ZH.order.slip;
  switch (slip.kind) {
    case "none":
      return <Button testId="slip-print" onPress={() => void flow.print()}>{words.print}</Button>;
    case "printing":
      return (
        <p class="slip-note" role="status" data-testid="slip-printing">
          <span class="spinner" aria-hidden="true" /> {words.printing}
        </p>
      );
    case "printed":
      return (
        <p class="slip-note slip-good" role="status" data-testid="slip-printed">{words.printed}</p>
      );
    case "not_printed":
      return (
        <div class="banner banner-wait slip-failed" role="alert" data-testid="slip-not-printed">
          <p>
            <strong>{notPrinted(slip.reason)}</strong>
            {paid ? words.photograph : words.photographOnly}
          </p>
          <Button
            testId="slip-print"
            onPress={() =>
              void flow.print()}
          >
            {words.again}
          </Button>
        </div>
      );
  }
}

function notPrinted(reason: string): string {
  const texts: Readonly<Record<string, string>> = ZH.order.slip.notPrinted;
  return texts[reason] ?? ZH.order.slip.notPrinted.error;
}
