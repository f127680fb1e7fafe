/** What came of a PIN that the patient typed at the reader's own keypad; it never came to us. */
export type PinOutcome =
  | { readonly kind: "accepted" }
  | { readonly kind: "wrong"; readonly triesLeft: number | null }
  | { readonly kind: "locked" }
  | { readonly kind: "given_up" }
  /** Nobody typed in time. */
  | { readonly kind: "too_late" }
  /** 初始密码: it has to be changed before it is good for anything. */
  | { readonly kind: "still_initial" }
  /** For a new PIN: of the wrong length, typed differently the second time, or the initial one. */
  | { readonly kind: "new_refused" };

/** Status words 63C0 to 63CF: so many tries are left. */
const FIRST_TRIES = 0x63c0;
const LAST_TRIES = 0x63cf;

/** Null for a code that says nothing of the PIN. */
export function pinOutcomeOf(code: number): PinOutcome | null {
  if (-code >= FIRST_TRIES && -code <= LAST_TRIES) {
    const triesLeft = -code - FIRST_TRIES;
    return triesLeft === 0 ? { kind: "locked" } : { kind: "wrong", triesLeft };
  }
  switch (code) {
    case -31:
      return { kind: "given_up" };
    case -32:
      return { kind: "too_late" };
    case -33:
    case -34:
    case -36:
      return { kind: "new_refused" };
    case -35:
      return { kind: "still_initial" };
    case -51:
      return { kind: "wrong", triesLeft: null };
    case -52:
    case -27011:
      return { kind: "locked" };
    default:
      return null;
  }
}
