import assert from "node:assert/strict";
import { failureLines, FailureReader } from "./test_failures.ts";

function read(text: string): readonly string[] {
  const reader = new FailureReader();
  text.split("\n").forEach((line) => reader.see(line));
  return reader.failures;
}

/** What Deno 2.9.5 wrote. */
const RUN = `./a_test.ts => it fails ... FAILED (1ms)
./a_test.ts => fine ... ok (270µs)
Uncaught error from ../tmp/batch_1_test.ts FAILED

 ERRORS 

it fails => ./a_test.ts:2:6
error: AssertionError: Expected values to be strictly equal:

1 !== 2

    at file:///a_test.ts:2:38

steps ... inner => ./a_test.ts:3:43
error: Error: boom
    at TestContext.step (ext:cli/40_test.js:855:37)

../tmp/batch_1_test.ts (uncaught error)
error: (in promise) TypeError: at top
    at file:///d_test.ts:1:7
This error was not caught from a test and caused the test runner to fail.

 FAILURES 

it fails => ./a_test.ts:2:6
steps ... inner => ./a_test.ts:3:43
../tmp/batch_1_test.ts (uncaught error)

FAILED | 1 passed | 3 failed (1s)

error: Test failed
`;

Deno.test("FailureReader names each failed test, its place and the error, without its stack", () => {
  assert.deepEqual(read(RUN), [
    "it fails => ./a_test.ts:2:6 | error: AssertionError: Expected values to be strictly equal: | 1 !== 2",
    "steps ... inner => ./a_test.ts:3:43 | error: Error: boom",
    "../tmp/batch_1_test.ts (uncaught error) | error: (in promise) TypeError: at top | at file:///d_test.ts:1:7",
  ]);
});

Deno.test("FailureReader finds nothing in a run that went well", () => {
  assert.deepEqual(read("./a_test.ts => fine ... ok (1ms)\n\nok | 3 passed | 0 failed (1s)\n"), []);
});

Deno.test("what failed fits into the end of a run", () => {
  const [long = ""] = read(` ERRORS \na => ./a.ts:1:1\nerror: ${"x".repeat(10_000)}\n`);
  const lines = failureLines(Array.from({ length: 50 }, () => long));
  assert.equal(lines.at(-1), "… and 45 more");
  assert.ok(lines.join("\n").length < 1_600);
  assert.deepEqual(failureLines([]), []);
});

Deno.test("the only failure says what it has to say", () => {
  const told = "a => ./a.ts:1:1 | error: " + "what the page showed. ".repeat(40);
  assert.deepEqual(failureLines([told]), [told]);
  assert.ok((failureLines([told, told])[1] ?? "").length < told.length);
});
