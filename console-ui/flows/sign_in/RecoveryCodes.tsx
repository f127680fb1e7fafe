import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { saveText } from "../../ui/save_text.ts";
import { StepTitle } from "../../ui/StepTitle.tsx";

interface RecoveryCodesProps {
  readonly codes: readonly string[];
  readonly onKept: () => void;
}

export function RecoveryCodes({ codes, onKept }: RecoveryCodesProps): JSX.Element {
  const words = ZH.recovery;
  const sheet = `${words.sheet}\r\n\r\n${codes.join("\r\n")}\r\n`;
  return (
    <div class="form printed" data-testid="recovery-codes">
      <StepTitle title={words.title} />
      <p>{words.lead}</p>
      <ol class="codes" aria-label={words.list}>
        {codes.map((code) => <li key={code}>{code}</li>)}
      </ol>
      <div class="row unprinted">
        <Button onClick={() => saveText(words.fileName, sheet)} data-testid="download-codes">
          {ZH.action.download}
        </Button>
        <Button onClick={() => print()} data-testid="print-codes">{ZH.action.print}</Button>
      </div>
      <div class="unprinted">
        <Button appearance="primary" size="lg" block onClick={onKept} data-testid="codes-kept">
          {words.kept}
        </Button>
      </div>
    </div>
  );
}
