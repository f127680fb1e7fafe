import assert from "node:assert/strict";
import { findLibcrypto } from "../crypto/providers/find_libcrypto.ts";

/**
 * The libcrypto that tests of the native engine load: the one named by `TEST_LIBCRYPTO`, else the
 * first that this system keeps. Without one they fail, as they would prove nothing.
 */
export function testLibcrypto(): string {
  const path = Deno.env.get("TEST_LIBCRYPTO") ?? findLibcrypto().find(isFile);
  assert.ok(path, `No libcrypto in ${findLibcrypto().join(", ")}`);
  return path;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
