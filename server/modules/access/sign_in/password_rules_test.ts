import assert from "node:assert/strict";
import { DEFAULT_POLICIES } from "../policy/default_policy.ts";
import type { PasswordFlaw } from "./contract.ts";
import { passwordFlaws } from "./password_rules.ts";

const policy = { ...DEFAULT_POLICIES.person.password, ownWords: ["tungwah", "东华"] };
const OF = { policy, login: "zhang.wei", name: "张伟" };

/** Every flaw a password has, in the order they are told (R-SEC-06). */
const CASES: readonly (readonly [string, readonly PasswordFlaw[]])[] = [
  ["Vmkb-rT0t-uzyc", []],
  ["correct Horse battery 9", []],
  ["北京烤鸭-Xb7好吃吗", []],
  ["Vm-9k", ["too_short"]],
  ["vmkbrtotuzyc", ["too_few_classes"]],
  ["Zhang-Vmkb-7t", ["of_login_or_name"]],
  ["zh4ng-Vmkb-7t", ["of_login_or_name"]],
  ["张伟-Vmkb-7tuz", ["of_login_or_name"]],
  ["Tungwah-9k-Vmb", ["own_word"]],
  ["东华-Vmkb-7tuz", ["own_word"]],
  ["P@ssw0rd2026!", ["common"]],
  ["Admin@123456x", ["keyboard"]],
  ["Admin@202611", ["common"]],
  ["Woaini-520!", ["common"]],
  ["Qwert-Vmkb-7t", ["keyboard"]],
  ["Vmkb-7t-1qaz2wsx", ["keyboard"]],
  ["Vmkb-7t-54321", ["keyboard"]],
  ["Vmkb-7tttt-uz", ["repeated"]],
  ["Vm7-Vm7-Vm7-", ["repeated"]],
];

Deno.test("passwordFlaws() names all that is wrong with a password, and nothing else", () => {
  for (const [password, flaws] of CASES) {
    assert.deepEqual(passwordFlaws(password, OF), flaws, password);
  }
});

Deno.test("passwordFlaws() goes by the policy's length and classes", () => {
  const strict = { ...OF, policy: { ...policy, lengthMin: 16, classesMin: 4 } };
  assert.deepEqual(passwordFlaws("VmkbrT0tuzyc", strict), ["too_short", "too_few_classes"]);
});

Deno.test("passwordFlaws() answers at once for the longest and oddest text", () => {
  const odd = [
    "a".repeat(128),
    "ab".repeat(64),
    "\u0000".repeat(128),
    "😀".repeat(64),
    "(".repeat(128),
  ];
  for (const text of odd) assert.ok(passwordFlaws(text, OF).length > 0);
});
