import type { ByteLine } from "../line.ts";
import { type SdtCommand, SdtReplyReader, sdtRequest } from "./sdt_frame.ts";

export type SdtAnswer =
  | { readonly kind: "answer"; readonly code: number; readonly data: Uint8Array }
  /** Nothing came, several times. */
  | { readonly kind: "silent" }
  /** Something came, several times, and it was no answer. */
  | { readonly kind: "garbled" };

interface AskOptions {
  readonly replyWaitMs: number;
  readonly signal: AbortSignal;
}

const TRIES_MAX = 3;

/** Every command may be sent again: none of them changes anything on the card. */
export async function askSdt(
  line: ByteLine,
  command: SdtCommand,
  options: AskOptions,
): Promise<SdtAnswer> {
  let last: SdtAnswer = { kind: "silent" };
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    last = await askOnce(line, command, options);
    if (last.kind === "answer") return last;
  }
  return last;
}

async function askOnce(
  line: ByteLine,
  command: SdtCommand,
  { replyWaitMs, signal }: AskOptions,
): Promise<SdtAnswer> {
  const reader = new SdtReplyReader();
  const deadline = performance.now() + replyWaitMs;
  let heard = false;
  line.discardInput();
  await line.write(sdtRequest(command), { timeoutMs: replyWaitMs, signal });
  try {
    for (let left = replyWaitMs; left > 0; left = deadline - performance.now()) {
      const piece = await line.read({ timeoutMs: left, signal });
      if (!piece) break;
      heard = true;
      reader.push(piece);
      piece.fill(0);
      const reply = reader.take();
      if (reply?.kind === "bad_checksum") break;
      if (reply) return { kind: "answer", code: reply.code, data: reply.data };
    }
    return { kind: heard ? "garbled" : "silent" };
  } finally {
    reader.clear();
  }
}
