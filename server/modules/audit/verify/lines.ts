/** A checkpoint of twenty thousand streams. */
export const LINE_CHARACTERS_MAX = 4 << 20;

/** Thrown for what is no text of lines. */
export class NoLines extends Error {
  override readonly name = "NoLines";
}

/** Lines of UTF-8, in batches as the pieces come; a rest without an end counts as a line. */
export async function* lineBatches(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let rest = "";
  for await (const piece of pieces) {
    const lines = (rest + decodeWith(decoder, piece)).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LINE_CHARACTERS_MAX) throw new NoLines("Cannot read a line: it is too long");
    if (lines.length > 0) yield lines;
  }
  rest += decodeWith(decoder);
  if (rest !== "") yield [rest];
}

function decodeWith(decoder: TextDecoder, piece?: Uint8Array): string {
  try {
    return piece ? decoder.decode(piece, { stream: true }) : decoder.decode();
  } catch {
    throw new NoLines("Cannot read a line: it is no UTF-8");
  }
}
