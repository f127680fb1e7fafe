import type { JSX } from "preact";

/** What somebody typed: letters that turn the direction of writing turn nothing outside of it. */
export function Name({ children }: { readonly children: string }): JSX.Element {
  return <bdi class="name">{children}</bdi>;
}
