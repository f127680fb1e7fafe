import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ZH } from "../i18n/zh.ts";
import { Button } from "./library.ts";

interface CopyButtonProps {
  readonly text: string;
  /** Read aloud once it is done. */
  readonly said: string;
  readonly size?: "sm";
}

export function CopyButton({ text, said, size }: CopyButtonProps): JSX.Element {
  const [isCopied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  }
  return (
    <>
      <Button
        onClick={() => void copy()}
        data-testid="copy"
        {...(size && { size, appearance: "subtle" })}
      >
        {ZH.action.copy}
      </Button>
      <span class="soft" role="status">{isCopied && said}</span>
    </>
  );
}
