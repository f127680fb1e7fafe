import assert from "node:assert/strict";
import { pinOutcomeOf } from "./pin_outcome.ts";
import { explainCode, judgeCode, mayRepeat, wantsHsm } from "./return_codes.ts";

Deno.test("wantsHsm() holds for the five codes of a PSAM that cannot", () => {
  const all = Array.from({ length: 65_537 }, (_, at) => -at);
  assert.deepEqual(all.filter(wantsHsm), [-24, -2201, -2202, -2203, -27272]);
});

Deno.test("explainCode() tells the meaning, and the card's status word where there is one", () => {
  assert.equal(explainCode(-2), "-2 无卡");
  assert.equal(explainCode(-27272), "-27272 未找到密钥 SW=6A88");
  assert.equal(explainCode(-37635), "-37635 应用永久锁定 SW=9303");
  assert.equal(explainCode(-25538), "-25538 外部认证失败，剩余 2 次 SW=63C2");
  assert.equal(explainCode(-777), "-777 未知返回码");
  assert.equal(explainCode(1), "1 未知返回码");
});

Deno.test("judgeCode() blames the card only for what the card did", () => {
  assert.equal(judgeCode(-2), "no_card");
  assert.equal(judgeCode(-4), "silent");
  for (const code of [-5, -11, -12, -14, -2201, -24]) assert.equal(judgeCode(code), "machine");
  for (const code of [-1, -20, -21, -27266, 1, 12_345]) assert.equal(judgeCode(code), "card");
});

Deno.test("mayRepeat() never holds for what counts a try down", () => {
  const counting = [-21, -24, -51, -52, -25536, -25537, -25538, -27010, -27011, -37635];
  assert.deepEqual(counting.filter(mayRepeat), []);
  assert.ok(mayRepeat(-4));
});

Deno.test("pinOutcomeOf() tells how many tries are left, and that none is", () => {
  assert.deepEqual(pinOutcomeOf(-25538), { kind: "wrong", triesLeft: 2 });
  assert.deepEqual(pinOutcomeOf(-25536), { kind: "locked" });
  assert.deepEqual(pinOutcomeOf(-51), { kind: "wrong", triesLeft: null });
  assert.deepEqual(pinOutcomeOf(-52), { kind: "locked" });
  assert.deepEqual(pinOutcomeOf(-31), { kind: "given_up" });
  assert.deepEqual(pinOutcomeOf(-32), { kind: "too_late" });
  assert.deepEqual(pinOutcomeOf(-34), { kind: "new_refused" });
  assert.deepEqual(pinOutcomeOf(-35), { kind: "still_initial" });
  assert.equal(pinOutcomeOf(-2), null);
});
