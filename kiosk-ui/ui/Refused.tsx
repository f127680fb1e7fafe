import type { JSX } from "preact";
import { problemText } from "../i18n/problems.ts";
import { ZH } from "../i18n/zh.ts";
import { Message } from "./Message.tsx";
import { AttentionPicture } from "./Pictograms.tsx";
import type { ProgressAt } from "./Progress.tsx";

interface RefusedProps {
  readonly step: string;
  readonly title: string;
  readonly code: string;
  readonly progress?: ProgressAt;
  readonly again: () => void;
}

/** Why it did not work, and both ways on. */
export function Refused({ code, again, ...said }: RefusedProps): JSX.Element {
  return (
    <Message
      {...said}
      tone="wait"
      picture={<AttentionPicture />}
      lead={problemText(code)}
      actions={{
        back: "back",
        primary: { testId: "try-again", onPress: again, children: ZH.action.again },
      }}
    />
  );
}
