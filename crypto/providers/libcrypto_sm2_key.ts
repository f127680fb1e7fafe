import { type Bytes, requireBytes, requireLength } from "../bytes.ts";
import { CryptoError } from "../errors.ts";
import { type Libcrypto, sizeOf } from "./libcrypto.ts";
import { NID_SM2 } from "./libcrypto_symbols.ts";
import type { NativeObject } from "./native_objects.ts";

const PRIVATE_KEY_BYTES = 32;
const PUBLIC_KEY_BYTES = 65;
/** POINT_CONVERSION_UNCOMPRESSED and BN_FLG_CONSTTIME of the headers. */
const UNCOMPRESSED = 4;
const CONSTANT_TIME = 0x04;

/** n − 1, the first number that is too large (GB/T 32918.5 §4). */
const PRIVATE_KEY_END = Uint8Array.fromHex(
  "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122",
);

/** What an EVP_PKEY_CTX is prepared for. */
type Operation = "sign" | "verify" | "encrypt" | "decrypt";

/**
 * 1 ≤ d ≤ n−2, told from the bytes: a bigint could not be wiped. Throws `wrong_length` and
 * `invalid_key`.
 */
export function requirePrivateKey(privateKey: Uint8Array): void {
  requireBytes(privateKey, "an SM2 private key");
  requireLength(privateKey, PRIVATE_KEY_BYTES, "an SM2 private key");
  let seen = 0;
  let borrow = 0;
  for (let at = PRIVATE_KEY_BYTES - 1; at >= 0; at--) {
    const byte = privateKey[at] ?? 0;
    seen |= byte;
    borrow = byte - (PRIVATE_KEY_END[at] ?? 0) - borrow >>> 31;
  }
  if (seen === 0 || borrow === 0) {
    throw new CryptoError("invalid_key", "Cannot use an SM2 private key: expected 1 to n-2");
  }
}

/** d·G by the library's ladder: 65 bytes. */
export function derivePublicKey(library: Libcrypto, privateKey: Bytes): Bytes {
  const { fn, curve } = library;
  using owned = new DisposableStack();
  const secret = owned.adopt(
    library.made(fn.BN_secure_new(), "BN_secure_new"),
    fn.BN_clear_free,
  );
  const point = owned.adopt(library.made(fn.EC_POINT_new(curve), "EC_POINT_new"), fn.EC_POINT_free);
  library.made(fn.BN_bin2bn(privateKey, privateKey.length, secret), "BN_bin2bn");
  fn.BN_set_flags(secret, CONSTANT_TIME);
  const result = fn.EC_POINT_mul(curve, point, secret, null, null, null);
  library.expectOk(result, "EC_POINT_mul");
  const bytes = new Uint8Array(PUBLIC_KEY_BYTES);
  const size = BigInt(bytes.length);
  const written = fn.EC_POINT_point2oct(curve, point, UNCOMPRESSED, bytes, size, null);
  if (written !== size) throw library.failure("EC_POINT_point2oct");
  return bytes;
}

/** An EVP_PKEY and its EVP_PKEY_CTXs, each prepared when it is first asked for. */
export class PkeyHandle implements Disposable {
  readonly #library: Libcrypto;
  readonly #gone: string;
  readonly #key: NativeObject;
  readonly #operations: Partial<Record<Operation, NativeObject>> = {};

  /** 65 bytes on the curve and 32 in range, checked by the caller. */
  constructor(library: Libcrypto, gone: string, publicKey: Bytes, privateKey?: Bytes) {
    this.#library = library;
    this.#gone = gone;
    const imported = importKey(library, publicKey, privateKey);
    this.#key = library.own(imported, library.fn.EVP_PKEY_free, gone);
  }

  /** Throws `invalid_argument` after disposal. */
  requireUsable(): void {
    void this.#key.pointer;
  }

  /** The EVP_PKEY_CTX. Throws `invalid_argument` after disposal. */
  prepared(operation: Operation): Deno.PointerObject {
    const known = this.#operations[operation] ?? this.#prepare(operation);
    return known.pointer;
  }

  [Symbol.dispose](): void {
    for (const operation of Object.values(this.#operations)) operation[Symbol.dispose]();
    this.#key[Symbol.dispose]();
  }

  #prepare(operation: Operation): NativeObject {
    const library = this.#library;
    const key = this.#key.pointer;
    library.requireUsable();
    const { fn } = library;
    const context = library.made(fn.EVP_PKEY_CTX_new(key, null), "EVP_PKEY_CTX_new");
    using undo = new DisposableStack();
    const owned = undo.use(library.own(context, fn.EVP_PKEY_CTX_free, this.#gone));
    const prepare = {
      sign: fn.EVP_PKEY_sign_init,
      verify: fn.EVP_PKEY_verify_init,
      encrypt: fn.EVP_PKEY_encrypt_init,
      decrypt: fn.EVP_PKEY_decrypt_init,
    }[operation];
    library.expectOk(prepare(context), `EVP_PKEY_${operation}_init`);
    undo.move();
    this.#operations[operation] = owned;
    return owned;
  }
}

/**
 * An EVP_PKEY of a key on the curve. By EC_KEY, deprecated since 3.0 but the one way that every
 * generation has, and three times as fast there as parameters are.
 */
function importKey(library: Libcrypto, publicKey: Bytes, privateKey?: Bytes): Deno.PointerObject {
  const { fn } = library;
  using owned = new DisposableStack();
  const curveKey = owned.adopt(
    library.made(fn.EC_KEY_new_by_curve_name(NID_SM2), "EC_KEY_new_by_curve_name"),
    fn.EC_KEY_free,
  );
  library.expectOk(
    fn.EC_KEY_oct2key(curveKey, publicKey, sizeOf(publicKey), null),
    "EC_KEY_oct2key",
  );
  if (privateKey) {
    const result = fn.EC_KEY_oct2priv(curveKey, privateKey, sizeOf(privateKey));
    library.expectOk(result, "EC_KEY_oct2priv");
  }
  using undo = new DisposableStack();
  const key = undo.adopt(library.made(fn.EVP_PKEY_new(), "EVP_PKEY_new"), fn.EVP_PKEY_free);
  library.expectOk(fn.EVP_PKEY_set1_EC_KEY(key, curveKey), "EVP_PKEY_set1_EC_KEY");
  const renamed = fn.EVP_PKEY_set_alias_type?.(key, NID_SM2) ?? 1;
  library.expectOk(renamed, "EVP_PKEY_set_alias_type");
  undo.move();
  return key;
}
