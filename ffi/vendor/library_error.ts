/** Why a vendor's library is of no use, so that a technician can be told in other words. */
export type LibraryTrouble =
  /** `reason` is the dynamic loader's. */
  | { readonly kind: "not_loaded"; readonly path: string; readonly reason: string }
  | { readonly kind: "no_symbols"; readonly symbols: readonly string[] };

export class LibraryError extends Error {
  override readonly name = "LibraryError";
  readonly trouble: LibraryTrouble;

  constructor(message: string, trouble: LibraryTrouble) {
    super(message);
    this.trouble = trouble;
  }
}
