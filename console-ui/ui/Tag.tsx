import type { ComponentChildren, JSX } from "preact";

interface TagProps {
  readonly tone: "good" | "wait" | "bad" | "still";
  readonly children: ComponentChildren;
}

/** A word for a state; the colour never says more than the word. */
export function Tag({ tone, children }: TagProps): JSX.Element {
  return <span class={`tag tag-${tone}`}>{children}</span>;
}
