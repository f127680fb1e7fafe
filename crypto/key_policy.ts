import { CryptoError } from "./errors.ts";

/** Which provider holds which keys: explicit, so that no key is looked for anywhere else. */
export class KeyPolicy {
  readonly #exact = new Map<string, string>();
  /** Longest first. */
  readonly #prefixes: readonly (readonly [prefix: string, provider: string])[];

  /**
   * From a label, or the front of labels before `*`, to a provider's name: "terminal-*". Throws
   * `invalid_argument` for a pattern with `*` elsewhere.
   */
  constructor(patterns: Readonly<Record<string, string>>) {
    const prefixes: [string, string][] = [];
    for (const [pattern, provider] of Object.entries(patterns)) {
      const star = pattern.indexOf("*");
      if (star < 0) this.#exact.set(pattern, provider);
      else if (star === pattern.length - 1) prefixes.push([pattern.slice(0, -1), provider]);
      else {
        throw new CryptoError(
          "invalid_argument",
          `Cannot use key pattern "${pattern}": expected a label, or its front before "*"`,
        );
      }
    }
    this.#prefixes = prefixes.sort(([left], [right]) => right.length - left.length);
  }

  /** The label itself counts most, then the longest front. Throws `unknown_key`. */
  holderOf(label: string): string {
    const found = this.#findHolder(label);
    if (found !== undefined) return found;
    throw new CryptoError(
      "unknown_key",
      `Cannot tell who holds key "${
        String(label)
      }": expected a pattern of the key policy that fits`,
    );
  }

  /** Throws `wrong_usage` when the label's keys belong to another provider. */
  requireHolder(label: string, provider: string): void {
    const holder = this.holderOf(label);
    if (holder === provider) return;
    throw new CryptoError(
      "wrong_usage",
      `Cannot hold key "${label}" in provider "${provider}": the key policy says "${holder}"`,
    );
  }

  isHolder(label: string, provider: string): boolean {
    return this.#findHolder(label) === provider;
  }

  /** The providers it names. */
  providers(): ReadonlySet<string> {
    return new Set([...this.#exact.values(), ...this.#prefixes.map(([, provider]) => provider)]);
  }

  #findHolder(label: string): string | undefined {
    // A label out of a hand-made handle may be anything.
    if (typeof label !== "string") return undefined;
    return this.#exact.get(label) ??
      this.#prefixes.find(([prefix]) => label.startsWith(prefix))?.[1];
  }
}
