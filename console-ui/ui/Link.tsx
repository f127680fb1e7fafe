import type { ComponentChildren, JSX } from "preact";
import { hrefOf, type PlaceGiven } from "../place.ts";
import { useConsole } from "./console_context.ts";

interface LinkProps {
  readonly to: PlaceGiven;
  readonly class?: string;
  readonly current?: boolean;
  readonly testId?: string;
  /** Read aloud in place of the words, where many links of one page have the same. */
  readonly label?: string;
  readonly children: ComponentChildren;
}

/** A real address, so that it opens in a tab of its own too. */
export function Link(
  { to, current = false, testId, label, children, ...rest }: LinkProps,
): JSX.Element {
  const { go } = useConsole();
  function follow(event: MouseEvent): void {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(to);
  }
  return (
    <a
      class={rest.class}
      href={hrefOf(to)}
      aria-current={current ? "page" : undefined}
      aria-label={label}
      data-testid={testId}
      onClick={follow}
    >
      {children}
    </a>
  );
}
