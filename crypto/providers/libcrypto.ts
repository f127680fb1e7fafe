import { type Bytes, copyBytes, requireBytes } from "../bytes.ts";
import { CryptoError } from "../errors.ts";
import type { Sm4Mode } from "../sm4.ts";
import { type LoadedLibrary, openIdentity } from "./libcrypto_identity.ts";
import { FUNCTIONS, NID_SM2 } from "./libcrypto_symbols.ts";
import { type NativeObject, NativeObjects } from "./native_objects.ts";

/** OPENSSL_INIT_NO_LOAD_CONFIG: nothing that a file or the environment names is loaded into us. */
const NO_CONFIGURATION = 0x80n;
/** OPENSSL_INIT_NO_ATEXIT: nothing is taken down at exit that another thread may still be in. */
const NO_CLEANING_AT_EXIT = 0x80000n;
const SCRATCH_BYTES = 4096;
const ERROR_TEXT_BYTES = 256;
const GONE = "Cannot use the native engine: it is disposed";

/**
 * A loaded libcrypto: its functions, its algorithms, and everything allocated in it. It is closed
 * when it is disposed and the last object owned by a key or a stream is freed, whichever is later.
 */
export class Libcrypto implements Disposable {
  readonly identity: LoadedLibrary;
  readonly fn: Deno.DynamicLibrary<typeof FUNCTIONS>["symbols"];
  /** EVP_CIPHERs. */
  readonly ciphers: Readonly<Record<Sm4Mode, Deno.PointerObject>>;
  /** Null where the library has no SM4-GCM (OpenSSL before 3.1). */
  readonly gcm: Deno.PointerValue;
  /** EC_GROUP of the SM2 curve. */
  readonly curve: Deno.PointerObject;
  /** EVP_MD_CTX of whatever is hashed in one go. */
  readonly hashing: Deno.PointerObject;
  /** EVP_MD_CTX at the beginning of SM3: copying it is cheaper than beginning anew. */
  readonly beginning: Deno.PointerObject;
  /** For what is short and over when the call returns; secrets are wiped by whoever puts them. */
  readonly scratch: Bytes = new Uint8Array(SCRATCH_BYTES);
  /** A size_t that a call reads and writes. */
  readonly size = new BigUint64Array(1);
  /** An int that a call writes. */
  readonly count = new Int32Array(1);
  /** Freed in the opposite order when the library is closed. */
  readonly #shared = new DisposableStack();
  readonly #objects = new NativeObjects(() => this.#closeWhenUnused());
  #isDisposed = false;

  /**
   * Throws `invalid_argument` for a path that is not absolute, `unavailable` when nothing can be
   * loaded from it, `refused_library` by the version gate, `not_supported` when SM2, SM3 or SM4
   * are missing in it.
   */
  constructor(path: string) {
    using undo = new DisposableStack();
    undo.use(this.#shared);
    // Kept open: the loader then takes what it has under this path, not a file put there since.
    this.identity = this.#shared.use(openIdentity(path));
    const library = this.#shared.adopt(open(path), (opened) => opened.close());
    const fn = this.fn = library.symbols;
    fn.OPENSSL_init_crypto(NO_CONFIGURATION | NO_CLEANING_AT_EXIT, null);
    this.ciphers = {
      ecb: this.#required(fn.EVP_sm4_ecb(), "SM4-ECB"),
      cbc: this.#required(fn.EVP_sm4_cbc(), "SM4-CBC"),
      ctr: this.#required(fn.EVP_sm4_ctr(), "SM4-CTR"),
      cfb: this.#required(fn.EVP_sm4_cfb128(), "SM4-CFB"),
      ofb: this.#required(fn.EVP_sm4_ofb(), "SM4-OFB"),
    };
    this.gcm = this.#findGcm();
    const curve = this.#required(fn.EC_GROUP_new_by_curve_name(NID_SM2), "SM2");
    this.curve = this.#shared.adopt(curve, fn.EC_GROUP_free);
    this.hashing = this.#newDigest();
    this.beginning = this.#newDigest();
    const begun = fn.EVP_DigestInit_ex(this.beginning, fn.EVP_sm3(), null);
    this.#required(begun === 1 ? this.beginning : null, "SM3");
    undo.move();
  }

  /** How many objects of keys and streams are not freed. */
  get liveObjects(): number {
    return this.#objects.live;
  }

  /** Takes over what `made` returned; `gone` is the error's text for use after disposal. */
  own(
    pointer: Deno.PointerObject,
    free: (pointer: Deno.PointerObject) => void,
    gone: string,
  ): NativeObject {
    return this.#objects.own(pointer, free, gone);
  }

  /** Throws `invalid_argument` after disposal; whoever owns an object need not ask. */
  requireUsable(): void {
    if (this.#isDisposed) throw new CryptoError("invalid_argument", GONE);
  }

  /** The pointer a call returned, unless it failed. */
  made(pointer: Deno.PointerValue, call: string): Deno.PointerObject {
    if (pointer === null) throw this.failure(call);
    return pointer;
  }

  /** Of a call that cannot fail but for want of memory, or by our own mistake. */
  expectOk(result: number, call: string): void {
    if (result !== 1) throw this.failure(call);
  }

  /** `unavailable`, with what the library itself says; its error queue is empty after that. */
  failure(call: string): CryptoError {
    const text = new Uint8Array(ERROR_TEXT_BYTES);
    this.fn.ERR_error_string_n(this.fn.ERR_get_error(), text, BigInt(text.length));
    this.fn.ERR_clear_error();
    const said = new TextDecoder().decode(text.subarray(0, text.indexOf(0)));
    return new CryptoError("unavailable", `Cannot go on: ${call} failed in libcrypto (${said})`);
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#closeWhenUnused();
  }

  #closeWhenUnused(): void {
    if (this.#isDisposed && this.#objects.live === 0) this.#shared.dispose();
  }

  /** What is not there leaves an error behind, which is not ours to tell of later. */
  #findGcm(): Deno.PointerValue {
    const { fn } = this;
    if (fn.EVP_CIPHER_fetch === null) return fn.EVP_sm4_gcm?.() ?? null;
    const name = new TextEncoder().encode("SM4-GCM\0");
    const cipher = fn.EVP_CIPHER_fetch(null, name, null);
    fn.ERR_clear_error();
    return this.#shared.adopt(cipher, (fetched) => fn.EVP_CIPHER_free?.(fetched));
  }

  #newDigest(): Deno.PointerObject {
    const context = this.made(this.fn.EVP_MD_CTX_new(), "EVP_MD_CTX_new");
    return this.#shared.adopt(context, this.fn.EVP_MD_CTX_free);
  }

  #required(pointer: Deno.PointerValue, what: string): Deno.PointerObject {
    if (pointer !== null) return pointer;
    this.fn.ERR_clear_error();
    throw new CryptoError(
      "not_supported",
      `Cannot use libcrypto at "${this.identity.path}": expected it to have ${what}`,
    );
  }
}

/**
 * For calls that only read: the same bytes, or a copy where another thread could change them
 * between one look and the next. Throws `invalid_argument` for what is no Uint8Array.
 */
export function readable(data: Uint8Array, what: string): Bytes {
  requireBytes(data, what);
  return isUnshared(data) ? data : copyBytes(data);
}

function isUnshared(data: Uint8Array): data is Bytes {
  return data.buffer instanceof ArrayBuffer;
}

/** Making a bigint costs more than looking up a small one. */
const SIZES = Array.from({ length: 1025 }, (_, size) => BigInt(size));

/** A length as calls take it. */
export function sizeOf(bytes: Uint8Array): bigint {
  return SIZES[bytes.length] ?? BigInt(bytes.length);
}

/** A library without one of the functions was built without the algorithm. */
function open(path: string): Deno.DynamicLibrary<typeof FUNCTIONS> {
  try {
    return Deno.dlopen(path, FUNCTIONS);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CryptoError("not_supported", `Cannot use libcrypto at "${path}": ${why}`, { cause });
  }
}
