import type { VendorLibrary } from "./contract.ts";

/** For a driver as it opens: a profile of another device stops the start, not a patient's visit. */
export function requireFunctions(library: VendorLibrary, names: readonly string[]): void {
  const missing = names.filter((name) => !library.has(name));
  if (missing.length === 0) return;
  throw new Error(`Cannot use library "${library.name}": no ${missing.join(", ")} in its profile`);
}
