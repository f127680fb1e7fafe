import assert from "node:assert/strict";
import { maskIdNumber, maskName, maskPhone, viewOf } from "./person.ts";

Deno.test("maskName() keeps the first letter, and the last of three or more", () => {
  assert.deepEqual(["王", "王芳", "陈小明", "欧阳小明"].map(maskName), [
    "*",
    "王*",
    "陈*明",
    "欧**明",
  ]);
});

Deno.test("maskIdNumber() and maskPhone() leave ends only", () => {
  assert.equal(maskIdNumber("441900199001010011"), "4419**********0011");
  assert.equal(maskPhone("10012345678"), "100****5678");
});

Deno.test("viewOf() counts the age on the business day, before and on the birthday", () => {
  const person = { name: "陈小明", idNumber: "441900199003120011", phone: null };
  assert.equal(viewOf(person, new Date("2026-03-11T15:59:00Z")).age, 35);
  assert.equal(viewOf(person, new Date("2026-03-11T16:00:00Z")).age, 36);
  assert.equal(viewOf(person, new Date()).gender, "male");
});
