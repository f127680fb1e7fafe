const UTF8 = new TextDecoder("utf-8", { fatal: true });
const GB18030 = new TextDecoder("gb18030", { fatal: true });

/**
 * The text of a code: UTF-8, or what scanners made for this country send, GB18030. Control
 * characters are taken out, the terminator among them. Null when nothing readable is left, or more
 * than `charactersMax`.
 */
export function readCodeText(bytes: Uint8Array, charactersMax: number): string | null {
  const text = (decode(UTF8, bytes) ?? decode(GB18030, bytes) ?? "").replaceAll(/\p{Cc}/gu, "");
  return text === "" || text.length > charactersMax ? null : text;
}

function decode(decoder: TextDecoder, bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    return null;
  }
}
