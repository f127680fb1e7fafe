/** The platform broke one of its laws; the run ends where it did. */
export class Violation extends Error {
  override readonly name = "Violation";
}

export function hold(condition: boolean, law: () => string): asserts condition {
  if (!condition) throw new Violation(law());
}
