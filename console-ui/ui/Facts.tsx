import type { ComponentChildren, JSX } from "preact";

export type Fact = readonly [term: string, value: ComponentChildren];

/** Names and values of one thing. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }): JSX.Element {
  return (
    <dl class="facts">
      {facts.flatMap(([term, value]) => [
        <dt key={`${term} name`}>{term}</dt>,
        <dd key={term}>{value}</dd>,
      ])}
    </dl>
  );
}
