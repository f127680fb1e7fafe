import type { ComponentChildren, JSX } from "preact";

export interface ButtonProps {
  readonly testId: string;
  readonly onPress: () => void;
  readonly kind?: "primary" | "secondary" | "quiet";
  readonly disabled?: boolean;
  /** What was pressed is on its way: shows that, and takes no second press. */
  readonly busy?: boolean;
  readonly picture?: JSX.Element;
  readonly children: ComponentChildren;
}

export function Button(props: ButtonProps): JSX.Element {
  const { kind = "secondary", busy = false } = props;
  return (
    <button
      type="button"
      class={`button button-${kind}${busy ? " button-busy" : ""}`}
      data-testid={props.testId}
      disabled={props.disabled === true || busy}
      aria-busy={busy}
      onClick={props.onPress}
    >
      {props.picture}
      <span>{props.children}</span>
      {busy && <span class="spinner" aria-hidden="true" />}
    </button>
  );
}
