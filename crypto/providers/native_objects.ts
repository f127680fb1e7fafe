import { CryptoError } from "../errors.ts";

/** Frees what a pointer leads to; called once. */
type Free = (pointer: Deno.PointerObject) => void;

/** Something allocated in a library. One owner: whoever holds this object disposes it. */
export class NativeObject implements Disposable {
  #pointer: Deno.PointerObject | null;
  readonly #gone: string;
  readonly #release: (object: NativeObject, pointer: Deno.PointerObject) => void;

  constructor(
    pointer: Deno.PointerObject,
    gone: string,
    release: (object: NativeObject, pointer: Deno.PointerObject) => void,
  ) {
    this.#pointer = pointer;
    this.#gone = gone;
    this.#release = release;
  }

  /** Throws `invalid_argument` after disposal. */
  get pointer(): Deno.PointerObject {
    if (this.#pointer === null) throw new CryptoError("invalid_argument", this.#gone);
    return this.#pointer;
  }

  [Symbol.dispose](): void {
    const pointer = this.#pointer;
    if (pointer === null) return;
    this.#pointer = null;
    this.#release(this, pointer);
  }
}

/**
 * All native objects of one library, so that it is closed after the last of them, and the net
 * under disposals that were forgotten: what is collected without one is freed then.
 */
export class NativeObjects {
  #live = 0;
  readonly #onEmpty: () => void;
  readonly #net = new FinalizationRegistry<() => void>((free) => free());

  /** `onEmpty` is told each time the last object is gone. */
  constructor(onEmpty: () => void) {
    this.#onEmpty = onEmpty;
  }

  /** How many are not freed. */
  get live(): number {
    return this.#live;
  }

  /** `gone` is the text of the error for whoever comes after disposal. */
  own(pointer: Deno.PointerObject, free: Free, gone: string): NativeObject {
    const freeOne = (): void => this.#freeOne(pointer, free);
    const object = new NativeObject(pointer, gone, (self) => {
      this.#net.unregister(self);
      freeOne();
    });
    this.#net.register(object, freeOne, object);
    this.#live++;
    return object;
  }

  #freeOne(pointer: Deno.PointerObject, free: Free): void {
    free(pointer);
    this.#live--;
    if (this.#live === 0) this.#onEmpty();
  }
}
