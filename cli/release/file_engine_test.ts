import assert from "node:assert/strict";
import { sm3 } from "../../crypto/sm3.ts";
import { openFileEngine } from "./file_engine.ts";

const ABC = new TextEncoder().encode("abc");

Deno.test("openFileEngine() computes SM3 with libcrypto, and by itself where there is none", () => {
  for (
    const [paths, name] of [[undefined, "native"], [["/nowhere/libcrypto.so"], "portable"]] as const
  ) {
    using engine = openFileEngine(paths);
    using stream = engine.sm3Stream();
    stream.update(ABC);
    assert.deepEqual([engine.name, stream.digest()], [name, sm3(ABC)]);
  }
});
