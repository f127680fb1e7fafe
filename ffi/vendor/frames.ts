/** The frame of one message: its length in four bytes, most significant first, then JSON in UTF-8. */
const HEAD_BYTES = 4;
/** Two buffers of the largest size as base64; more comes only from a process gone wrong. */
const FRAME_BYTES_MAX = 4 << 20;

/** Bytes stand as `{"bytes":"<base64>"}`; no message has an object of that shape otherwise. */
export function encodeFrame(message: unknown): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify(
    message,
    (_key, value: unknown) => value instanceof Uint8Array ? { bytes: value.toBase64() } : value,
  );
  const body = new TextEncoder().encode(text);
  if (body.length > FRAME_BYTES_MAX) {
    throw new RangeError(
      `Cannot send a frame: ${body.length} bytes, expected at most ${FRAME_BYTES_MAX}`,
    );
  }
  const frame = new Uint8Array(HEAD_BYTES + body.length);
  new DataView(frame.buffer).setUint32(0, body.length);
  frame.set(body, HEAD_BYTES);
  return frame;
}

/** Puts frames together from whatever pieces a pipe delivers. */
export class FrameReader {
  #pieces = new Uint8Array(0);

  /** Throws for what cannot be a frame; there is no way to go on behind it. */
  take(piece: Uint8Array): unknown[] {
    const all = new Uint8Array(this.#pieces.length + piece.length);
    all.set(this.#pieces);
    all.set(piece, this.#pieces.length);
    const messages: unknown[] = [];
    let at = 0;
    while (all.length - at >= HEAD_BYTES) {
      const length = new DataView(all.buffer, at).getUint32(0);
      if (length > FRAME_BYTES_MAX) throw new RangeError(`Cannot read a frame of ${length} bytes`);
      if (all.length - at < HEAD_BYTES + length) break;
      messages.push(parseBody(all.subarray(at + HEAD_BYTES, at + HEAD_BYTES + length)));
      at += HEAD_BYTES + length;
    }
    this.#pieces = all.slice(at);
    return messages;
  }
}

function parseBody(body: Uint8Array): unknown {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
  return JSON.parse(
    text,
    (_key, value: unknown) => isBytes(value) ? Uint8Array.fromBase64(value.bytes) : value,
  );
}

function isBytes(value: unknown): value is { readonly bytes: string } {
  return typeof value === "object" && value !== null && "bytes" in value &&
    typeof value.bytes === "string" && Object.keys(value).length === 1;
}
