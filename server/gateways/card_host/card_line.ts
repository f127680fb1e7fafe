import type { Clock } from "../../platform/clock.ts";
import { invariant, reasonOf } from "../../platform/errors.ts";
import { answerKey, awaitedKey } from "./answer_key.ts";
import type { CardLink, ConnectCardHost } from "./card_link.ts";
import type { CardMessage, FieldTable } from "./wire/field_table.ts";
import { frame, FrameReader, type Framing } from "./wire/framing.ts";
import { CardMessageError } from "./wire/message_error.ts";
import { unpackMessage } from "./wire/unpack_message.ts";

export type LineReply =
  | { readonly kind: "answered"; readonly message: CardMessage; readonly bytes: Uint8Array }
  /** It certainly did not leave this machine. */
  | { readonly kind: "not_sent"; readonly reason: string }
  /** The host may have worked on it. */
  | { readonly kind: "lost"; readonly reason: string };

/** What happened on the line, without content; for metrics. */
export type LineEvent = "connected" | "closed" | "stray_answer" | "unreadable_answer" | "timeout";

export interface CardLineOptions {
  readonly connect: ConnectCardHost;
  readonly framing: Framing;
  readonly table: FieldTable;
  readonly answerMs: number;
  readonly clock: Clock;
  readonly observe?: (event: LineEvent) => void;
  /** What became of one request, for the page of channels. */
  readonly note?: (kind: LineReply["kind"], tookMs: number) => void;
}

/** Requests under way at once over one line. */
const UNDER_WAY_MAX = 256;
/** After a connect that failed nobody tries again for so long. */
const CONNECT_PAUSE_MS = 1_000;

interface Waiting {
  settle(reply: LineReply): void;
}

/**
 * One connection for all requests of the process, opened when it is needed. An answer goes to the
 * request of its number and terminal or, when nobody waits for it any more, to nobody.
 */
export class CardLine implements Disposable {
  readonly #options: CardLineOptions;
  readonly #waiting = new Map<string, Waiting>();
  #link: Promise<CardLink> | null = null;
  #pausedUntil = 0;

  constructor(options: CardLineOptions) {
    this.#options = options;
  }

  /** `packed` is the message in bytes. One number of one terminal is under way once. */
  async exchange(message: CardMessage, packed: Uint8Array): Promise<LineReply> {
    const { clock, note } = this.#options;
    const began = clock.now().getTime();
    const reply = await this.#exchange(message, packed);
    note?.(reply.kind, clock.now().getTime() - began);
    return reply;
  }

  /** The host took no connection just now, and nothing is sent for the moment. */
  isPaused(now: number): boolean {
    return now < this.#pausedUntil;
  }

  async #exchange(message: CardMessage, packed: Uint8Array): Promise<LineReply> {
    const key = awaitedKey(message);
    invariant(key !== null, "a request has fields 11, 41 and 42");
    if (this.#waiting.has(key)) return notSent("this number is under way already");
    if (this.#waiting.size >= UNDER_WAY_MAX) return notSent("too many requests are under way");
    const { promise, resolve } = Promise.withResolvers<LineReply>();
    this.#waiting.set(key, { settle: resolve });
    try {
      const link = await this.#connected();
      if (link === null) return notSent("the host does not take connections");
      const timer = setTimeout(() => this.#giveUp(resolve), this.#options.answerMs);
      try {
        await this.#send(link, packed);
        return await promise;
      } finally {
        clearTimeout(timer);
      }
    } finally {
      this.#waiting.delete(key);
    }
  }

  [Symbol.dispose](): void {
    const link = this.#link;
    this.#link = null;
    link?.then((open) => open.close(), () => {});
  }

  async #connected(): Promise<CardLink | null> {
    if (this.#link === null) {
      if (this.#options.clock.now().getTime() < this.#pausedUntil) return null;
      this.#link = this.#open();
    }
    const opening = this.#link;
    try {
      return await opening;
    } catch {
      if (this.#link === opening) this.#link = null;
      this.#pausedUntil = this.#options.clock.now().getTime() + CONNECT_PAUSE_MS;
      return null;
    }
  }

  async #open(): Promise<CardLink> {
    const link = await this.#options.connect();
    this.#options.observe?.("connected");
    void this.#receive(link);
    return link;
  }

  /** Whatever was written of a frame may have arrived: from here on the request is lost, not unsent. */
  async #send(link: CardLink, packed: Uint8Array): Promise<void> {
    try {
      await link.send(frame(this.#options.framing, packed));
    } catch (thrown) {
      this.#closed(link, reasonOf(thrown));
    }
  }

  async #receive(link: CardLink): Promise<void> {
    const reader = new FrameReader(this.#options.framing);
    try {
      for await (const chunk of link.received) {
        for (const bytes of reader.push(chunk)) this.#take(bytes);
      }
      this.#closed(link, "the host closed the connection");
    } catch (thrown) {
      this.#closed(link, reasonOf(thrown));
    }
  }

  #take(bytes: Uint8Array): void {
    const message = this.#read(bytes);
    const key = message && answerKey(message);
    const waiting = key === null ? undefined : this.#waiting.get(key);
    if (message === null || !waiting) {
      this.#options.observe?.(message === null ? "unreadable_answer" : "stray_answer");
      return;
    }
    waiting.settle({ kind: "answered", message, bytes });
  }

  #read(bytes: Uint8Array): CardMessage | null {
    try {
      return unpackMessage(this.#options.table, bytes);
    } catch (thrown) {
      if (thrown instanceof CardMessageError) return null;
      throw thrown;
    }
  }

  #giveUp(settle: Waiting["settle"]): void {
    this.#options.observe?.("timeout");
    settle({ kind: "lost", reason: "no answer in time" });
  }

  /** All that waits on this connection is lost; the next request opens another. */
  #closed(link: CardLink, reason: string): void {
    this.#options.observe?.("closed");
    link.close();
    void this.#link?.then((current) => {
      if (current !== link) return;
      this.#link = null;
      for (const waiting of this.#waiting.values()) waiting.settle({ kind: "lost", reason });
    }, () => {});
  }
}

function notSent(reason: string): LineReply {
  return { kind: "not_sent", reason };
}
