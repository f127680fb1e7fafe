import assert from "node:assert/strict";
import { maskIdNumber, maskName, maskNumbersIn, maskPhone } from "./masking.ts";

Deno.test("maskName() keeps the first letter, and the last of three or more", () => {
  assert.deepEqual(["", "王", "王芳", "陈小明", "欧阳小明", "John Smith"].map(maskName), [
    "*",
    "*",
    "王*",
    "陈*明",
    "欧**明",
    "J********h",
  ]);
});

Deno.test("maskName() takes rare letters outside the first plane whole", () => {
  assert.equal(maskName("𠮷野家"), "𠮷*家");
  assert.equal(maskName("王𠮷"), "王*");
  assert.equal(maskName("𠮷"), "*");
  for (const name of ["𠮷野家", "王𠮷", "𠮷"]) assert.ok(maskName(name).isWellFormed());
});

Deno.test("maskIdNumber() leaves ends only, of passports and permits less", () => {
  assert.equal(maskIdNumber("441900199001010011"), "4419**********0011");
  assert.equal(maskIdNumber("441900900101001"), "4419*******1001");
  assert.equal(maskIdNumber("E12345678"), "E1*****78");
  assert.equal(maskIdNumber("H0123456701"), "H0*******01");
  assert.equal(maskIdNumber("12345678"), "12****78");
  assert.equal(maskIdNumber("123"), "***");
});

Deno.test("maskPhone() shows a mobile number's ends, of others the last digits", () => {
  assert.equal(maskPhone("13800000000"), "138****0000");
  assert.equal(maskPhone("22331234"), "*****234");
  assert.equal(maskPhone("1"), "*");
});

Deno.test("at least half of any number stays hidden", () => {
  for (let length = 1; length <= 20; length++) {
    const hidden = (text: string) => [...text].filter((letter) => letter === "*").length;
    const number = "1".repeat(length);
    const least = length >= 15 ? length - 8 : Math.ceil(length / 2);
    assert.ok(hidden(maskIdNumber(number)) >= least, `number of ${length}`);
    if (length < 11) assert.ok(hidden(maskPhone(number)) >= length / 2, `phone of ${length}`);
  }
});

Deno.test("maskNumbersIn() hides ID and mobile numbers in a text, and no others", () => {
  assert.equal(
    maskNumbersIn("请联系家属 13800000000，证件 44190019900101001x，票据 123456789012345678901"),
    "请联系家属 138****0000，证件 4419**********001x，票据 123456789012345678901",
  );
  assert.equal(
    maskNumbersIn("2 号窗口取药，库存 22000000000 片"),
    "2 号窗口取药，库存 22000000000 片",
  );
});
