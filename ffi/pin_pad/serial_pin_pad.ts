import { CommandSlot } from "../command_slot.ts";
import type { CommandOptions, Completion } from "../contract.ts";
import type {
  EncryptRequest,
  EnteredPin,
  EnterPinFailure,
  EnterPinRequest,
  LoadKeyRequest,
  MacRequest,
  PinPad,
  PinPadCapabilities,
  PinPadEvent,
  PinPadFailure,
  PinPadIdentity,
  PinPadStatus,
  RecalledKey,
} from "./contract.ts";
import { withoutPatient, withoutRefusal } from "./failures.ts";
import { loadKey } from "./load_key.ts";
import { PadCondition } from "./pad_condition.ts";
import { PadConnection, type PadConnectionOptions } from "./pad_connection.ts";
import type { PadProtocol, SlotKey } from "./pad_protocol.ts";
import type { PadTalk } from "./pad_talk.ts";
import { PadTrouble } from "./pad_trouble.ts";
import {
  fitsMethod,
  isEncryptable,
  isEnterable,
  isLoadable,
  isMacable,
  isSlot,
} from "./request_checks.ts";
import { SlotBook } from "./slot_book.ts";
import { typePin } from "./type_pin.ts";

/** What every make is opened with. */
export interface PinPadOptions extends PadConnectionOptions {
  /** Only there may a master key go in plain; a pad in a hall refuses it. */
  readonly isSecureRoom?: boolean;
  /**
   * What was loaded before this process began, from the terminal's own register: no pad tells the
   * purpose of its keys. A slot that is not listed counts as empty.
   */
  readonly slots?: readonly SlotKey[];
}

type Work<Value> = (talk: PadTalk, signal: AbortSignal) => Promise<Value>;

/** A PIN pad on a line, whatever its protocol. */
export class SerialPinPad implements PinPad, AsyncDisposable {
  readonly #protocol: PadProtocol;
  readonly #connection: PadConnection;
  readonly #condition: PadCondition;
  readonly #book: SlotBook;
  readonly #isSecureRoom: boolean;
  readonly #slot = new CommandSlot();
  /** Its own, as it ends the command in the other one. */
  readonly #resetSlot = new CommandSlot();
  /** Settles when the keypad is closed after a PIN. */
  #entering: Promise<void> = Promise.resolve();

  constructor(protocol: PadProtocol, options: PinPadOptions) {
    this.#protocol = protocol;
    this.#book = new SlotBook(options.slots ?? []);
    this.#isSecureRoom = options.isSecureRoom ?? false;
    this.#connection = new PadConnection(options, { protocol, condition: () => this.#condition });
    this.#condition = new PadCondition({
      isLineOpen: () => this.#connection.isOpen,
      expectsNoKeys: this.#isSecureRoom,
      onTampered: () => this.#book.forgetAll(),
    });
  }

  get capabilities(): PinPadCapabilities {
    return this.#protocol.capabilities;
  }

  async start(): Promise<void> {
    await this.#connection.start();
  }

  async status(): Promise<PinPadStatus> {
    await this.#connection.poll();
    return this.#condition.status;
  }

  subscribe(listener: (event: PinPadEvent) => void): () => void {
    return this.#condition.listeners.add(listener);
  }

  async reset(options: CommandOptions): Promise<Completion<null>> {
    this.#slot.end("cancelled");
    await this.#entering;
    return withoutRefusal(
      await this.#runIn(this.#resetSlot, options, async (talk) => {
        await this.#protocol.reset(talk);
        return null;
      }),
    );
  }

  async identify(options: CommandOptions): Promise<Completion<PinPadIdentity>> {
    return withoutRefusal(await this.#run(options, (talk) => this.#protocol.identify(talk)));
  }

  recallKeys(keys: readonly RecalledKey[]): void {
    for (const key of keys) {
      if (this.#book.find(key.slot)?.algorithm !== key.algorithm) this.#book.set(key);
    }
  }

  async loadKey(
    request: LoadKeyRequest,
    options: CommandOptions,
  ): Promise<Completion<null, PinPadFailure>> {
    if (!isLoadable(this.capabilities, request)) return REFUSED;
    const isPlain = request.under === null;
    if (isPlain && !this.#isSecureRoom) return REFUSED;
    const work: Work<null> = async (talk) => {
      await loadKey({ talk, protocol: this.#protocol, book: this.#book }, request);
      this.#condition.expectKeys();
      return null;
    };
    // New master keys are what ends the state after tampering.
    return withoutPatient(await (isPlain ? this.#run(options, work) : this.#key(options, work)));
  }

  async checkValue(
    slot: number,
    options: CommandOptions,
  ): Promise<Completion<Uint8Array, PinPadFailure>> {
    if (!isSlot(this.capabilities.keySlots, slot)) return REFUSED;
    return withoutPatient(
      await this.#key(options, async (talk) => {
        const slotKey = this.#book.find(slot);
        if (!slotKey) throw new PadTrouble("no_key");
        const value = await this.#protocol.askCheckValue(talk, slotKey);
        if (!value) throw new PadTrouble("not_supported");
        return value.slice(0, CHECK_VALUE_BYTES_MAX);
      }),
    );
  }

  async eraseKeys(options: CommandOptions): Promise<Completion<null, PinPadFailure>> {
    return withoutPatient(
      await this.#run(options, async (talk) => {
        this.#condition.expectNoKeys();
        this.#book.forgetAll();
        await this.#protocol.eraseKeys(talk);
        return null;
      }),
    );
  }

  async enterPin(
    request: EnterPinRequest,
    options: CommandOptions,
  ): Promise<Completion<EnteredPin, EnterPinFailure>> {
    if (!isEnterable(request)) return REFUSED;
    const deadline = performance.now() + options.timeoutMs;
    const completion = await this.#key(options, async (talk, signal) => {
      const { slot, algorithm } = request;
      const slotKey = this.#book.get(slot, { purpose: "pin", algorithm });
      const timeoutMs = Math.max(0, deadline - performance.now());
      const entered = this.#enter({ talk, signal }, { request, slotKey, timeoutMs });
      this.#entering = entered.then(() => {}, () => {});
      return await entered;
    });
    await this.#entering;
    return await this.#withTamper(completion);
  }

  async mac(
    request: MacRequest,
    options: CommandOptions,
  ): Promise<Completion<Uint8Array, PinPadFailure>> {
    if (!isMacable(this.capabilities, request)) return REFUSED;
    if (!this.capabilities.macMethods.includes(request.method)) return NOT_SUPPORTED;
    return withoutPatient(
      await this.#key(options, async (talk) => {
        const slotKey = this.#book.get(request.slot, { purpose: "mac" });
        if (!fitsMethod(request.method, slotKey)) throw new PadTrouble("wrong_key_purpose");
        return await this.#protocol.mac(talk, slotKey, request);
      }),
    );
  }

  async encrypt(
    request: EncryptRequest,
    options: CommandOptions,
  ): Promise<Completion<Uint8Array, PinPadFailure>> {
    if (!this.capabilities.algorithms.includes(request.algorithm)) return NOT_SUPPORTED;
    if (!isEncryptable(this.capabilities, request)) return REFUSED;
    return withoutPatient(
      await this.#key(options, async (talk) => {
        const { slot, algorithm } = request;
        const slotKey = this.#book.get(slot, { purpose: "data", algorithm });
        return await this.#protocol.encrypt(talk, slotKey, request);
      }),
    );
  }

  /** Closes the keypad if it is open. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#slot.end("cancelled");
    this.#resetSlot.end("cancelled");
    await this.#entering;
    await this.#connection[Symbol.asyncDispose]();
  }

  async #enter(
    { talk, signal }: { readonly talk: PadTalk; readonly signal: AbortSignal },
    entry: Parameters<typeof typePin>[1],
  ): Promise<EnteredPin> {
    const onProgress = (digits: number) =>
      this.#condition.listeners.tell({ kind: "pin_progress", digits });
    this.#condition.setEntry("pin");
    try {
      return await typePin({ talk, protocol: this.#protocol, signal, onProgress }, entry);
    } finally {
      await this.#connection.closeKeypad(talk);
      this.#condition.setEntry("idle");
    }
  }

  /** A command that needs keys: `tampered` as soon as the pad is known to be. */
  async #key<Value>(
    options: CommandOptions,
    work: Work<Value>,
  ): Promise<Completion<Value, EnterPinFailure>> {
    if (this.#condition.isTampered) return TAMPERED;
    const completion = await this.#run(options, work);
    return this.#condition.isTampered ? TAMPERED : completion;
  }

  /** A pad whose keys stopped coming may have been taken off its panel. */
  async #withTamper<Value>(
    completion: Completion<Value, EnterPinFailure>,
  ): Promise<Completion<Value, EnterPinFailure>> {
    if (completion.kind === "failed" && /^(timeout|cancelled)$/.test(completion.reason)) {
      await this.#connection.look();
    }
    return this.#condition.isTampered ? TAMPERED : completion;
  }

  async #run<Value>(
    options: CommandOptions,
    work: Work<Value>,
  ): Promise<Completion<Value, EnterPinFailure>> {
    return await this.#runIn(this.#slot, options, work);
  }

  async #runIn<Value>(
    slot: CommandSlot,
    options: CommandOptions,
    work: Work<Value>,
  ): Promise<Completion<Value, EnterPinFailure>> {
    return await slot.run(options, (signal) =>
      this.#connection.use(async (talk) => {
        if (signal.aborted) throw new PadTrouble("cancelled");
        return await work(talk, signal);
      }));
  }
}

const CHECK_VALUE_BYTES_MAX = 8;

const REFUSED = { kind: "failed", reason: "refused" } as const;
const NOT_SUPPORTED = { kind: "failed", reason: "not_supported" } as const;
const TAMPERED = { kind: "failed", reason: "tampered" } as const;
