import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ActionBar, type Actions } from "./ActionBar.tsx";
import { Phrases } from "./Phrases.tsx";
import { Progress, type ProgressAt } from "./Progress.tsx";

interface ScreenProps {
  /** Stable name of what is shown, for journeys: `bills.list`. */
  readonly step: string;
  readonly title: string;
  readonly lead?: string | undefined;
  readonly progress?: ProgressAt;
  readonly picture?: JSX.Element;
  readonly actions: Actions;
  readonly children: ComponentChildren;
}

/** A working screen: title on top, content, action bar. */
export function Screen(props: ScreenProps): JSX.Element {
  return (
    <>
      <main class="screen" data-step={props.step} data-testid="screen">
        {props.progress !== undefined && <Progress at={props.progress} />}
        <div class={props.picture ? "screen-head screen-head-picture" : "screen-head"}>
          {props.picture}
          <Title step={props.step} text={props.title} />
          {props.lead && (
            <p class="lead">
              <Phrases text={props.lead} />
            </p>
          )}
        </div>
        <div class="screen-body">{props.children}</div>
      </main>
      <ActionBar {...props.actions} />
    </>
  );
}

/** Takes the focus when the screen changes, so that a screen reader says it. */
export function Title(props: { readonly step: string; readonly text: string }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), [props.step]);
  return (
    <h1 ref={heading} tabIndex={-1} data-testid="title">
      <Phrases text={props.text} />
    </h1>
  );
}
