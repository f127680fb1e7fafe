import type { JSX } from "preact";

/** Hex in groups of four, as it is read aloud and compared. */
export function Fingerprint({ children }: { readonly children: string }): JSX.Element {
  return <span class="fingerprint">{children.replace(/(.{4})(?=.)/g, "$1 ")}</span>;
}
