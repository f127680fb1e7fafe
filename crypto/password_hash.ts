import { pbkdf2, timingSafeEqual } from "node:crypto";
import { type Bytes, randomBytes, wipe } from "./bytes.ts";

/** A password as it is kept, with all it takes to try one again (GB/T 22239-2019 8.1.4.8 b). */
export interface PasswordHash {
  readonly algorithm: "pbkdf2_hmac_sm3";
  readonly iterations: number;
  /** 16 bytes. */
  readonly salt: Uint8Array;
  /** 32 bytes. */
  readonly hash: Uint8Array;
}

/** OWASP's figure of 2023 for PBKDF2 with a hash of SM3's strength and speed. */
export const PASSWORD_ITERATIONS = 210_000;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/**
 * PBKDF2-HMAC-SM3 (RFC 8018 §5.2) on the runtime's own threads: the quarter of a second it takes
 * holds up nothing else. Our own code in `sm3_hmac.ts` gives the same bytes and would.
 */
export async function hashPassword(
  password: string,
  { iterations }: { readonly iterations: number },
): Promise<PasswordHash> {
  const salt = randomBytes(SALT_BYTES);
  return {
    algorithm: "pbkdf2_hmac_sm3",
    iterations,
    salt,
    hash: await derive(password, salt, iterations),
  };
}

/** In constant time. */
export async function passwordFits(password: string, kept: PasswordHash): Promise<boolean> {
  const derived = await derive(password, kept.salt, kept.iterations);
  try {
    return derived.length === kept.hash.length && timingSafeEqual(derived, kept.hash);
  } finally {
    wipe(derived);
  }
}

/** However a keyboard puts a character together, it is one (NIST SP 800-63B §5.1.1.2: NFKC). */
async function derive(text: string, salt: Uint8Array, iterations: number): Promise<Bytes> {
  const password = new TextEncoder().encode(text.normalize("NFKC"));
  try {
    return await new Promise((resolve, reject) =>
      pbkdf2(password, salt, iterations, HASH_BYTES, "sm3", (error, key) => {
        if (error) return reject(error);
        resolve(Uint8Array.from(key));
        wipe(key);
      })
    );
  } finally {
    wipe(password);
  }
}
