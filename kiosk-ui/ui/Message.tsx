import type { ComponentChildren, JSX } from "preact";
import { ActionBar, type Actions } from "./ActionBar.tsx";
import { Phrases } from "./Phrases.tsx";
import { Progress, type ProgressAt } from "./Progress.tsx";
import { Title } from "./Screen.tsx";

interface MessageProps {
  readonly step: string;
  readonly picture: JSX.Element;
  readonly tone?: "calm" | "good" | "wait" | "bad";
  readonly title: string;
  readonly lead?: string | undefined;
  readonly progress?: ProgressAt;
  readonly actions: Actions;
  /** A wait, so that changes are read out. */
  readonly live?: boolean;
  /** Much to say: beside the picture where the screen is wide. */
  readonly dense?: boolean;
  readonly children?: ComponentChildren;
}

/** One thing to say, in the middle of the screen. */
export function Message(props: MessageProps): JSX.Element {
  const { tone = "calm" } = props;
  return (
    <>
      <main class="screen" data-step={props.step} data-testid="screen">
        {props.progress !== undefined && <Progress at={props.progress} />}
        <div
          class={`message message-${tone}${props.dense ? " message-dense" : ""}`}
          {...(props.live ? { role: "status", "aria-live": "polite" as const } : {})}
        >
          <div class="message-picture">{props.picture}</div>
          <Title step={props.step} text={props.title} />
          {props.lead && (
            <p class="lead">
              <Phrases text={props.lead} />
            </p>
          )}
          {props.children}
        </div>
      </main>
      <ActionBar {...props.actions} />
    </>
  );
}
