import { type History, hrefOf, parsePlace } from "../place.ts";

export interface ManualHistory extends History {
  /** Addresses one can go back to, the shown one last. */
  readonly addresses: readonly string[];
  back(): void;
}

export function manualHistory(start = "/console/"): ManualHistory {
  const addresses = [start];
  const listeners = new Set<() => void>();
  return {
    addresses,
    current() {
      const [path = "", search = ""] = (addresses[addresses.length - 1] ?? "").split("?");
      return parsePlace(path, search);
    },
    go(place, { replace = false } = {}) {
      if (replace) addresses.pop();
      addresses.push(hrefOf(place));
    },
    listen(moved) {
      listeners.add(moved);
      return () => listeners.delete(moved);
    },
    back() {
      addresses.pop();
      for (const moved of listeners) moved();
    },
  };
}
