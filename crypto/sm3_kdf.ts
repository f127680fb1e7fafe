import { type Bytes, requireBytes } from "./bytes.ts";
import { CryptoError } from "./errors.ts";
import {
  absorbSm3,
  copySm3State,
  finishSm3,
  newSm3Block,
  SM3_BYTES,
  writeSm3,
} from "./sm3_blocks.ts";
import { initialSm3State } from "./sm3_compress.ts";

const KDF_BYTES_MAX = 1 << 30;

/**
 * The key derivation function of SM2 (GB/T 32918.4 §5.4.3): SM3(z‖1)‖SM3(z‖2)… cut to `length`
 * bytes, 1 byte to 1 GiB; `invalid_argument` else.
 */
export function sm3Kdf(z: Uint8Array, length: number): Bytes {
  if (!Number.isInteger(length) || length < 1 || length > KDF_BYTES_MAX) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot derive ${length} bytes: expected 1 to ${KDF_BYTES_MAX}`,
    );
  }
  requireBytes(z, "z of the KDF");
  const block = newSm3Block();
  const common = initialSm3State();
  const from = absorbSm3(common, block, z, 0);
  const rest = new Uint8Array(z.length - from + 4);
  rest.set(z.subarray(from));
  const counter = new DataView(rest.buffer, z.length - from);
  const state = initialSm3State();
  const derived = new Uint8Array(Math.ceil(length / SM3_BYTES) * SM3_BYTES);
  for (let at = 0; at < length; at += SM3_BYTES) {
    counter.setUint32(0, at / SM3_BYTES + 1);
    copySm3State(state, common);
    const tail = absorbSm3(state, block, rest, 0);
    finishSm3(state, block, rest, { from: tail, to: rest.length, length: z.length + 4 });
    writeSm3(state, derived, at);
  }
  rest.fill(0);
  return derived.slice(0, length);
}
