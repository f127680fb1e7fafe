import { type Bytes, concatBytes } from "../bytes.ts";

/** `OSSL_PARAM` of OpenSSL 3: key, type, data, size, size returned, each in 8 bytes. */
const PARAMETER_BYTES = 40;
const ZERO = Uint8Array.of(0);

/** OSSL_PARAM_UNSIGNED_INTEGER, OSSL_PARAM_UTF8_STRING and OSSL_PARAM_OCTET_STRING. */
const TYPES = { unsigned: 2, text: 4, octets: 5 } as const;

export interface NativeParameter {
  readonly name: string;
  readonly type: keyof typeof TYPES;
  /** Numbers in the machine's order; every machine we run on is little-endian. */
  readonly value: Uint8Array;
}

/**
 * An array of OSSL_PARAM with names and values in the same piece of memory, so that passing it to
 * a call keeps alive whatever it points to. Good for that call only; the caller wipes it.
 */
export function writeParameters(parameters: readonly NativeParameter[]): Bytes {
  const table = (parameters.length + 1) * PARAMETER_BYTES;
  const total = parameters.reduce(
    (sum, one) => sum + one.name.length + one.value.length + 2,
    table,
  );
  const memory = new Uint8Array(total);
  const address = Deno.UnsafePointer.value(Deno.UnsafePointer.of(memory));
  const view = new DataView(memory.buffer);
  let free = table;
  function place(bytes: Uint8Array): bigint {
    // With a zero behind it: text is read up to there whatever the size says.
    memory.set(bytes, free);
    const at = free;
    free += bytes.length + ZERO.length;
    return BigInt(at) + address;
  }
  parameters.forEach(({ name, type, value }, index) => {
    const at = index * PARAMETER_BYTES;
    view.setBigUint64(at, place(new TextEncoder().encode(name)), true);
    view.setUint32(at + 8, TYPES[type], true);
    view.setBigUint64(at + 16, place(value), true);
    view.setBigUint64(at + 24, BigInt(value.length), true);
  });
  return memory;
}

/** Zero-terminated, as C has it. */
export function cString(text: string): Bytes {
  return concatBytes(new TextEncoder().encode(text), ZERO);
}
