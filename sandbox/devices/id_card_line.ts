import type { ByteLine } from "../../ffi/line.ts";
import type { Pause } from "../../server/platform/pause.ts";
import type { IdCardField, LaidIdCard } from "./id_card_field.ts";
import { idCardRecord } from "./id_card_record.ts";
import { FaultyWire } from "./line_faults.ts";
import { serveLine } from "./served_line.ts";

interface Options {
  readonly field: IdCardField;
  readonly pause: Pause;
  /** How long the chip is talked to: the time in which a card can be lifted too early. */
  readonly readTakesMs: number;
}

const PREAMBLE = [0xaa, 0xaa, 0xaa, 0x96, 0x69] as const;
const REQUEST_BYTES = 10;
const PHOTO_BYTES = 1024;
const DONE = 0x90;
const FOUND = 0x9f;
const NOT_FOUND = 0x80;
const NOT_SELECTED = 0x81;
const NOT_READ = 0x41;
const UNKNOWN_COMMAND = 0x21;
const BAD_CHECKSUM = 0x10;
const NOT_AUTHORISED = 0x66;

/** An ID card reader on a serial line, with the SAM's own manner of finding a card once. */
export class IdCardLineSimulator {
  readonly wire = new FaultyWire();
  readonly #options: Options;
  #request: number[] = [];
  #selected: LaidIdCard | null = null;
  /** Found no more before it was taken away. */
  #read: LaidIdCard | null = null;
  #liftAfter: "find" | "select" | null = null;
  #authorised = true;
  #findsReadCards = false;
  #emptySearches = 0;
  #searched = Promise.withResolvers<void>();

  constructor(options: Options) {
    this.#options = options;
  }

  async serve(line: ByteLine): Promise<void> {
    this.#request = [];
    this.#selected = null;
    await serveLine(line, async (bytes) => {
      for (const byte of bytes) await this.#hear(line, byte);
    });
  }

  /** The card is taken away right behind the next answer to this command. */
  liftAfter(command: "find" | "select"): void {
    this.#liftAfter = command;
  }

  /** Without it the SAM refuses every command. */
  setAuthorised(authorised: boolean): void {
    this.#authorised = authorised;
  }

  /** There are readers that find a card as long as it lies there. */
  setFindsReadCards(finds: boolean): void {
    this.#findsReadCards = finds;
  }

  /** Resolves when the host has searched in vain so often, one search after the other. */
  async searchedInVain(times: number): Promise<void> {
    while (this.#emptySearches < times) await this.#searched.promise;
  }

  async #hear(line: ByteLine, byte: number): Promise<void> {
    const request = this.#request;
    request.push(byte);
    if (request.length <= PREAMBLE.length && byte !== PREAMBLE[request.length - 1]) {
      this.#request = byte === PREAMBLE[0] ? [byte] : [];
    }
    if (request.length < REQUEST_BYTES) return;
    this.#request = [];
    const body = request.slice(PREAMBLE.length);
    const whole = body.reduce((sum, part) => sum ^ part, 0) === 0;
    await this.#answer(line, whole ? (body[2] ?? 0) << 8 | (body[3] ?? 0) : null);
  }

  async #answer(line: ByteLine, command: number | null): Promise<void> {
    if (command === null) return await this.#send(line, BAD_CHECKSUM);
    if (!this.#authorised) return await this.#send(line, NOT_AUTHORISED);
    switch (command) {
      case 0x11ff:
        return await this.#send(line, DONE);
      case 0x2001:
        return await this.#find(line);
      case 0x2002:
        return await this.#select(line);
      case 0x3001:
        return await this.#readCard(line);
      default:
        return await this.#send(line, UNKNOWN_COMMAND);
    }
  }

  async #find(line: ByteLine): Promise<void> {
    const { laid } = this.#options.field;
    this.#selected = null;
    const isNew = laid !== null && (laid !== this.#read || this.#findsReadCards);
    await this.#send(line, isNew ? FOUND : NOT_FOUND, isNew ? [0, 0, 0, 0] : []);
    this.#emptySearches = isNew ? 0 : this.#emptySearches + 1;
    this.#searched.resolve();
    this.#searched = Promise.withResolvers<void>();
    if (isNew) this.#liftBehind("find");
  }

  async #select(line: ByteLine): Promise<void> {
    this.#selected = this.#options.field.laid;
    const found = this.#selected !== null;
    await this.#send(line, found ? DONE : NOT_SELECTED, found ? new Array(8).fill(0) : []);
    if (found) this.#liftBehind("select");
  }

  async #readCard(line: ByteLine): Promise<void> {
    const card = this.#selected;
    if (!card || card.gone.signal.aborted) return await this.#send(line, NOT_READ);
    await this.#options.pause(this.#options.readTakesMs, card.gone.signal);
    if (card.fault || card.gone.signal.aborted) return await this.#send(line, NOT_READ);
    this.#read = card;
    this.#emptySearches = 0;
    const text = idCardRecord(card.card);
    const photo = new Uint8Array(PHOTO_BYTES).fill(0x57);
    const lengths = [text.length >> 8, text.length & 0xff, PHOTO_BYTES >> 8, PHOTO_BYTES & 0xff];
    await this.#send(line, DONE, [...lengths, ...text, ...photo]);
  }

  #liftBehind(command: "find" | "select"): void {
    if (this.#liftAfter !== command) return;
    this.#liftAfter = null;
    this.#options.field.lift();
  }

  async #send(line: ByteLine, code: number, data: readonly number[] = []): Promise<void> {
    const length = 4 + data.length;
    const body = [length >> 8, length & 0xff, 0, 0, code, ...data];
    const checksum = body.reduce((sum, byte) => sum ^ byte, 0);
    await this.wire.send(line, Uint8Array.of(...PREAMBLE, ...body, checksum));
  }
}
