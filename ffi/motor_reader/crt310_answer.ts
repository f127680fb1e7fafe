/** What a CRT-310 or CRT-288 answers: the command again with data, or `N` with an error number. */
export type Crt310Answer =
  | { readonly kind: "positive"; readonly data: Uint8Array }
  | { readonly kind: "negative"; readonly code: number };

const NEGATIVE = 0x4e;
const HEAD_BYTES = 2;
/** Some firmware writes the number as a digit. */
const DIGIT_ZERO = 0x30;

/** Null for a body that answers another command or is none of the answers. */
export function parseCrt310Answer(
  body: Uint8Array,
  [command, parameter]: readonly number[],
): Crt310Answer | null {
  if (body.length < HEAD_BYTES) return null;
  if (body[0] === NEGATIVE) return negative(body, command);
  if (body[0] !== command || body[1] !== parameter) return null;
  return { kind: "positive", data: body.slice(HEAD_BYTES) };
}

/** `N CM E`, and `N E` where the command is left out. */
function negative(body: Uint8Array, command: number | undefined): Crt310Answer | null {
  if (body.length > HEAD_BYTES && body[1] !== command) return null;
  const code = (body.length > HEAD_BYTES ? body[2] : body[1]) ?? 0;
  return { kind: "negative", code: code >= DIGIT_ZERO ? code - DIGIT_ZERO : code };
}
