/**
 * The only writer of columns with names, ID numbers, phones, addresses and card numbers:
 * `<x>_sealed bytea` (encrypted) and `<x>_index bytea` (blind index for equality search).
 */
export interface Sealer {
  /** `column` is `table.column` without `_sealed`; what is sealed for one opens for no other. */
  seal(column: string, text: string): Promise<Uint8Array>;
  open(column: string, sealed: Uint8Array): Promise<string>;
  /** Equal texts of one field give equal indexes; fields do not match each other. */
  index(field: string, text: string): Promise<Uint8Array>;
}
