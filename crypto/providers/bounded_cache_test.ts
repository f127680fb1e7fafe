import assert from "node:assert/strict";
import { BoundedCache } from "./bounded_cache.ts";

function counted(): { make: (name: string) => Disposable; made: string[]; gone: string[] } {
  const made: string[] = [];
  const gone: string[] = [];
  function make(name: string): Disposable {
    made.push(name);
    return { [Symbol.dispose]: () => void gone.push(name) };
  }
  return { make, made, gone };
}

Deno.test("BoundedCache makes a value once and disposes the one used longest ago", () => {
  const { make, made, gone } = counted();
  using cache = new BoundedCache<Disposable>(2);
  for (const name of ["a", "b", "a", "c", "a", "b"]) cache.get(name, () => make(name));
  assert.deepEqual(made, ["a", "b", "c", "b"]);
  assert.deepEqual(gone, ["b", "c"]);
});

Deno.test("BoundedCache disposes what is deleted, once, and the rest at the end", () => {
  const { make, gone } = counted();
  const cache = new BoundedCache<Disposable>(8);
  for (const name of ["a", "b", "c"]) cache.get(name, () => make(name));
  cache.delete("b");
  cache.delete("b");
  cache.delete("unknown");
  assert.deepEqual(gone, ["b"]);
  cache[Symbol.dispose]();
  assert.deepEqual(gone, ["b", "a", "c"]);
});

Deno.test("BoundedCache keeps nothing of a value that could not be made", () => {
  const { make, made } = counted();
  using cache = new BoundedCache<Disposable>(2);
  assert.throws(() =>
    cache.get("a", () => {
      throw new Error("cannot");
    })
  );
  cache.get("a", () => make("a"));
  assert.deepEqual(made, ["a"]);
});
