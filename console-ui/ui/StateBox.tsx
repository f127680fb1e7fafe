import type { ComponentChildren, JSX } from "preact";
import type { Refusal } from "../api/answer.ts";
import { problemText, traceText } from "../i18n/problems.ts";
import { ZH } from "../i18n/zh.ts";
import { Button, Loader } from "./library.ts";

interface LoadingBoxProps {
  /** Where it takes longer than a page. */
  readonly text?: string;
}

export function LoadingBox({ text = ZH.state.loading }: LoadingBoxProps): JSX.Element {
  return (
    <div class="state-box" role="status" data-testid="loading">
      <Loader content={text} />
    </div>
  );
}

interface FailedBoxProps {
  readonly refusal: Refusal;
  readonly onAgain: () => void;
}

export function FailedBox({ refusal, onAgain }: FailedBoxProps): JSX.Element {
  return (
    <div class="state-box" role="alert" data-testid="failed" data-code={refusal.code}>
      <p class="state-title">{ZH.state.failed}</p>
      <p>{problemText(refusal)}</p>
      {traceText(refusal) !== null && <p class="trace">{traceText(refusal)}</p>}
      <Button onClick={onAgain} data-testid="again">{ZH.action.again}</Button>
    </div>
  );
}

interface NothingBoxProps {
  readonly title: string;
  readonly testId: string;
  readonly children?: ComponentChildren;
}

export function NothingBox({ title, testId, children }: NothingBoxProps): JSX.Element {
  return (
    <div class="state-box" data-testid={testId}>
      <p class="state-title">{title}</p>
      {children}
    </div>
  );
}
