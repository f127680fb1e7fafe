import { type ByteLine, LineError } from "../line.ts";
import {
  ACK,
  encodeFrame,
  ENQ,
  FrameReader,
  type FrameShape,
  type FrameToken,
  NAK,
} from "./crt_frame.ts";

/** How one family of readers converses. */
export interface CrtProtocol {
  readonly shape: FrameShape;
  /** After its ACK the reader gives the answer only when it is asked with ENQ (CRT-310, CRT-288). */
  readonly enquires: boolean;
  readonly waits: CrtWaits;
}

/** Bounds of one exchange, in milliseconds. */
export interface CrtWaits {
  /** Till the reader acknowledges a command. */
  readonly ackMs: number;
  /** Till it answers one that moves nothing. */
  readonly answerMs: number;
  /** Between two pieces of one frame; after that it has broken off. */
  readonly gapMs: number;
  /** Till it answers one that runs the motor or talks to a chip. */
  readonly moveMs: number;
}

/**
 * The maker allows 3 s for an ACK, which a patient would have to wait for three times. At 9600 baud a
 * byte takes 1 ms, an adapter adds up to 16 ms.
 */
export const CRT_WAITS: CrtWaits = { ackMs: 500, answerMs: 2_000, gapMs: 300, moveMs: 15_000 };

/** One command and how its answer is known. */
export interface CrtRequest {
  readonly body: Uint8Array;
  /** Of the frames that come, the one meant by this command: an older answer may still be on its way. */
  readonly isAnswer: (body: Uint8Array) => boolean;
  /** The motor runs: takes long, and is never said twice when nobody knows whether it was heard. */
  readonly moves: boolean;
}

/** The maker's: three times, then the line counts as dead. */
const TRIES_MAX = 3;

/** One exchange after the other with a CREATOR reader. Owns nothing; the line is its caller's. */
export class CrtWire {
  readonly #line: ByteLine;
  readonly #protocol: CrtProtocol;
  readonly #stop: AbortSignal;

  constructor(line: ByteLine, protocol: CrtProtocol, stop: AbortSignal) {
    this.#line = line;
    this.#protocol = protocol;
    this.#stop = stop;
  }

  /**
   * The body of the answer; null when it was lost, and then the reader may have done it or not.
   * Throws `LineError`. It ends in bounded time by itself and is not cancelled with a command: what
   * the motor has begun it finishes, and the answer says where the card is.
   */
  async ask(request: CrtRequest): Promise<Uint8Array | null> {
    for (let tries = 1; tries <= TRIES_MAX; tries++) {
      const answer = await this.#try(request);
      if (answer === "not_heard") continue;
      return answer === "lost" ? null : answer;
    }
    return null;
  }

  async #try(request: CrtRequest): Promise<Uint8Array | "lost" | "not_heard"> {
    const { shape, enquires, waits } = this.#protocol;
    const reader = new FrameReader(shape);
    this.#line.discardInput();
    await this.#write(encodeFrame(shape, request.body));
    const heard = await this.#heard(request, reader, performance.now() + waits.ackMs);
    if (heard === null) return request.moves ? "lost" : "not_heard";
    if (heard === "refused") return "not_heard";
    if (heard !== "acknowledged") return heard;
    if (enquires) await this.#write(Uint8Array.of(ENQ));
    return await this.#answer(request, reader);
  }

  /** Null when nobody says anything; an answer whose ACK was lost is an answer. */
  async #heard(
    request: CrtRequest,
    reader: FrameReader,
    endsAt: number,
  ): Promise<Uint8Array | "acknowledged" | "refused" | null> {
    while (true) {
      const token = await this.#token(reader, endsAt);
      if (token === null) return null;
      if (token.kind === "acknowledged") return "acknowledged";
      if (token.kind === "refused" || token.kind === "cleared") return "refused";
      if (token.kind === "frame" && request.isAnswer(token.body)) {
        return await this.#taken(token.body);
      }
    }
  }

  async #answer(request: CrtRequest, reader: FrameReader): Promise<Uint8Array | "lost"> {
    const { answerMs, moveMs } = this.#protocol.waits;
    const endsAt = performance.now() + (request.moves ? moveMs : answerMs);
    let damaged = 0;
    while (damaged < TRIES_MAX) {
      const token = await this.#token(reader, endsAt);
      if (token === null) return "lost";
      if (token.kind === "frame" && request.isAnswer(token.body)) {
        return await this.#taken(token.body);
      }
      if (token.kind !== "damaged") continue;
      damaged++;
      await this.#write(Uint8Array.of(NAK));
    }
    return "lost";
  }

  async #taken(body: Uint8Array): Promise<Uint8Array> {
    await this.#write(Uint8Array.of(ACK));
    return body;
  }

  /** Null when nothing came till then; a frame that stops in the middle is damaged. */
  async #token(reader: FrameReader, endsAt: number): Promise<FrameToken | null> {
    while (true) {
      const token = reader.next();
      if (token) return token;
      const leftMs = endsAt - performance.now();
      if (leftMs <= 0) return null;
      const waitMs = reader.isMidFrame ? Math.min(leftMs, this.#protocol.waits.gapMs) : leftMs;
      const bytes = await this.#line.read({ timeoutMs: waitMs, signal: this.#stop });
      if (bytes !== null) reader.push(bytes);
      else return brokenOff(reader);
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.#stop.aborted) {
      throw new LineError("cancelled", "Cannot ask the card reader: it is closed");
    }
    await this.#line.write(bytes, { timeoutMs: this.#protocol.waits.answerMs, signal: this.#stop });
  }
}

function brokenOff(reader: FrameReader): FrameToken | null {
  if (!reader.isMidFrame) return null;
  reader.clear();
  return { kind: "damaged" };
}
