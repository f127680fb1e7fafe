/** A small seeded generator (mulberry32): the same city on every machine, no dependence on the day. */
export interface Random {
  /** 0 ≤ n < below. */
  int(below: number): number;
  pick<Item>(items: readonly Item[]): Item;
  digits(count: number): string;
  text(alphabet: string, count: number): string;
}

export function seededRandom(seed: string): Random {
  let state = hashOf(seed);
  function int(below: number): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296 * below);
  }
  function text(alphabet: string, count: number): string {
    let made = "";
    for (let n = 0; n < count; n++) made += alphabet.charAt(int(alphabet.length));
    return made;
  }
  return {
    int,
    text,
    digits: (count) => text("0123456789", count),
    pick<Item>(items: readonly Item[]): Item {
      const item = items[int(items.length)];
      if (item === undefined) throw new RangeError("Cannot pick from an empty list");
      return item;
    },
  };
}

/** FNV-1a, 32 bits: also used where something must follow from a name alone. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let n = 0; n < text.length; n++) {
    hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193);
  }
  return hash >>> 0;
}
