import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { saveText } from "../../ui/save_text.ts";

const WORDS = ZH.recovery;

interface CodesSheetProps {
  readonly codes: readonly string[];
  readonly onKept: () => void;
}

/** Shown this once: nothing keeps them in clear, neither here nor on the platform. */
export function CodesSheet({ codes, onKept }: CodesSheetProps): JSX.Element {
  const sheet = `${WORDS.sheet}\r\n\r\n${codes.join("\r\n")}\r\n`;
  return (
    <div class="form printed">
      <p>{WORDS.lead}</p>
      <ol class="codes" aria-label={WORDS.list} data-testid="own-recovery-codes">
        {codes.map((code) => <li key={code}>{code}</li>)}
      </ol>
      <div class="dialog-actions unprinted">
        <Button onClick={() => saveText(WORDS.fileName, sheet)} data-testid="download-codes">
          {ZH.action.download}
        </Button>
        <Button onClick={() => print()} data-testid="print-codes">{ZH.action.print}</Button>
        <Button appearance="primary" onClick={onKept} data-testid="codes-kept">
          {WORDS.kept}
        </Button>
      </div>
    </div>
  );
}
