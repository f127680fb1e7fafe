/** Metadata, keys and tokens are small; what is not, is not read. */
const ANSWER_BYTES_MAX = 256 * 1024;

export type Fetch = (url: string, options: RequestInit) => Promise<Response>;

/** As `send`, but an answer over the bound fails, and no redirect is followed. */
export function boundedFetch(send: Fetch): Fetch {
  return async (url, options) => {
    const answer = await send(url, { ...options, redirect: "manual" });
    const { status, statusText, headers } = answer;
    const body = await readBounded(answer);
    // A status without a body takes none.
    return new Response(body.length === 0 ? null : body, { status, statusText, headers });
  };
}

async function readBounded(answer: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.byteLength;
    if (size > ANSWER_BYTES_MAX) {
      throw new RangeError(`Cannot read the answer: it is over ${ANSWER_BYTES_MAX} bytes`);
    }
    chunks.push(chunk);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
