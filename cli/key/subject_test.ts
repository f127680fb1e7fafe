import assert from "node:assert/strict";
import { UsageError } from "../command.ts";
import { readSubject } from "./subject.ts";

Deno.test("readSubject() reads both ways of writing a name", () => {
  const name = [{ type: "C", value: "CN" }, { type: "O", value: "某市" }, {
    type: "CN",
    value: "a b",
  }];
  assert.deepEqual(readSubject("C=CN, o=某市,CN=a b"), name);
  assert.deepEqual(readSubject("/C=CN/O=某市/CN=a b"), name);
});

Deno.test("readSubject() takes a separator behind a backslash as part of the value", () => {
  assert.deepEqual(readSubject("O=a\\,b\\\\c,CN=x=y"), [
    { type: "O", value: "a,b\\c" },
    { type: "CN", value: "x=y" },
  ]);
  assert.deepEqual(readSubject("/CN=a\\/b"), [{ type: "CN", value: "a/b" }]);
});

Deno.test("readSubject() refuses what is no name", () => {
  for (const text of ["", "CN", "CN=", "=x", "XX=1", "CN=a,", "CN=a,,O=b"]) {
    assert.throws(() => readSubject(text), UsageError, text);
  }
});
