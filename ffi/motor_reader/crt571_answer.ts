/** What a CRT-571 answers; ST0 to ST2 and codes as on the wire. */
export type Crt571Answer =
  | {
    readonly kind: "positive";
    readonly card: number;
    readonly stacker: number;
    readonly bin: number;
    readonly data: Uint8Array;
  }
  /** `code`: two characters, "10" for a jam. */
  | { readonly kind: "negative"; readonly code: string; readonly data: Uint8Array };

const POSITIVE = 0x50;
/** The manual writes `E`, readers in the field `N`. */
const NEGATIVES: readonly number[] = [0x45, 0x4e];
const COMMAND_AT = 1;
const PARAMETER_AT = 2;

/** Positive: `P CM PM ST0 ST1 ST2 DATA`. */
const POSITIVE_BYTES_MIN = 6;
/** Negative: `E CM PM E1 E0 DATA`; some firmware leaves the parameter out: `E CM E1 E0`. */
const NEGATIVE_BYTES_MIN = 5;
const NEGATIVE_BYTES_WITHOUT_PARAMETER = 4;

/** Null for a body that is none of the answers. */
export function parseCrt571Answer(body: Uint8Array): Crt571Answer | null {
  const [type = 0, , , card = 0, stacker = 0, bin = 0] = body;
  if (type === POSITIVE && body.length >= POSITIVE_BYTES_MIN) {
    return { kind: "positive", card, stacker, bin, data: body.slice(POSITIVE_BYTES_MIN) };
  }
  if (!NEGATIVES.includes(type)) return null;
  if (body.length === NEGATIVE_BYTES_WITHOUT_PARAMETER) return negative(body, PARAMETER_AT);
  return body.length >= NEGATIVE_BYTES_MIN ? negative(body, PARAMETER_AT + 1) : null;
}

/** Whether a body answers this command, and not an older one. */
export function answers571(
  body: Uint8Array,
  { command, parameter }: { readonly command: number; readonly parameter: number },
): boolean {
  const answer = parseCrt571Answer(body);
  if (answer === null || body[COMMAND_AT] !== command) return false;
  return body.length === NEGATIVE_BYTES_WITHOUT_PARAMETER || body[PARAMETER_AT] === parameter;
}

function negative(body: Uint8Array, codeAt: number): Crt571Answer {
  const code = String.fromCharCode(...body.subarray(codeAt, codeAt + 2));
  return { kind: "negative", code, data: body.slice(codeAt + 2) };
}
