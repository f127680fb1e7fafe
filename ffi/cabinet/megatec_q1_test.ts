import assert from "node:assert/strict";
import { readMegatecAnswer } from "./megatec_q1.ts";

Deno.test("readMegatecAnswer() reads volts, load and flags", () => {
  // The example of the protocol's description: on bypass, because it has failed.
  assert.deepEqual(read("(208.4 140.0 208.4 034 59.9 2.05 35.0 00110000\r"), {
    inputVolts: 208.4,
    loadPercent: 34,
    batteryVolts: 2.05,
    utilityFailed: false,
    batteryLow: false,
    upsFailed: true,
  });
  const failing = read("(000.0 140.0 220.0 100 50.0 10.8 --.- 11010001\r");
  assert.equal(failing?.utilityFailed, true);
  assert.equal(failing?.batteryLow, true);
  assert.equal(failing?.upsFailed, true);
  assert.equal(failing?.batteryVolts, 10.8);
});

Deno.test("readMegatecAnswer() refuses what is not one whole answer", () => {
  const answers = [
    "",
    "\r",
    "(208.4 140.0 208.4 034 59.9 2.05 35.0 00110000",
    "208.4 140.0 208.4 034 59.9 2.05 35.0 00110000\r",
    "(208.4 140.0 208.4 034 59.9 2.05 35.0 0011000\r",
    "(208.4 140.0 208.4 034 59.9 2.05 35.0 00110002\r",
    "(208.4 140.0 208.4 34 59.9 2.05 35.0 00110000\r",
    "(208,4 140.0 208.4 034 59.9 2.05 35.0 00110000\r",
    "(208.4 140.0 208.4 034 59.9 2.05 35.0 00110000\r\r",
    "Q1\r",
    "#220.0 004 12.00 50.0\r",
  ];
  for (const answer of answers) assert.equal(read(answer), null, answer);
});

function read(text: string) {
  return readMegatecAnswer(new TextEncoder().encode(text));
}
