import type { JSX } from "preact";

export interface PlainWay {
  readonly testId: string;
  readonly name: string;
  readonly onPress: () => void;
}

interface PlainWaysProps {
  readonly ways: readonly PlainWay[];
  readonly dense?: boolean;
}

/** One of a few, each a sentence of its own; none needs a picture. */
export function PlainWays({ ways, dense = false }: PlainWaysProps): JSX.Element {
  return (
    <div class={dense ? "ways ways-many ways-dense" : "ways ways-many"}>
      {ways.map(({ testId, name, onPress }) => (
        <button
          key={testId}
          type="button"
          class="way way-plain"
          data-testid={testId}
          onClick={onPress}
        >
          <span class="way-name">{name}</span>
        </button>
      ))}
    </div>
  );
}
