import type { ComponentChildren, JSX } from "preact";
import { CountdownRing } from "./CountdownRing.tsx";
import { Message } from "./Message.tsx";
import type { ProgressAt } from "./Progress.tsx";

interface WaitingProps {
  readonly step: string;
  readonly picture: JSX.Element;
  readonly tone?: "calm" | "wait";
  readonly title: string;
  readonly lead?: string;
  readonly progress?: ProgressAt;
  /** Null once the wait is longer than was said. */
  readonly until: number | null;
  /** Nothing is lost by leaving. */
  readonly isLeavable?: boolean;
  readonly children?: ComponentChildren;
}

/** Somebody else is at work: what they do, and how long it takes at the most. */
export function Waiting(props: WaitingProps): JSX.Element {
  const { picture, until, isLeavable = false, children, ...said } = props;
  return (
    <Message
      {...said}
      picture={<span class="busy-picture">{picture}</span>}
      actions={isLeavable ? { back: "back" } : {}}
      live
    >
      {children}
      {until !== null && <CountdownRing until={until} />}
    </Message>
  );
}
