import type { JSX } from "preact";

/** Lines end behind a sentence's marks, never in the middle of a word (CSS of old browsers cannot). */
export function Phrases({ text }: { readonly text: string }): JSX.Element {
  const phrases = text.split(/(?<=[，。；：？！])(?=[^”）])/);
  if (phrases.length === 1) return <>{text}</>;
  return <>{phrases.map((phrase) => <span key={phrase} class="phrase">{phrase}</span>)}</>;
}
