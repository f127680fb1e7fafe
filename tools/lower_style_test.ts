import assert from "node:assert/strict";
import { lowerStyle } from "./lower_style.ts";

Deno.test("lowerStyle() keeps what the console uses, in words that Chrome 80 knows", () => {
  const cases: readonly (readonly [string, string])[] = [
    [".rs-btn{color:red}", ".rs-btn{color:red}"],
    [".rs-btn:focus-visible{color:red}", ".keyboard .rs-btn:focus{color:red}"],
    [".rs-btn:where([data-on=true]){color:red}", ".rs-btn[data-on=true]{color:red}"],
    [".rs-modal{display:flex;gap:1px}", ".rs-modal{display:flex}"],
    [".rs-modal{display:grid;gap:1px}", ".rs-modal{display:grid;gap:1px}"],
    [":root{--rs-x:1}", ":root{--rs-x:1}"],
    [".rs-btn{color:rgb(from #fa0 r g b / 25%)}", ".rs-btn{color:rgba(255,170,0,0.25)}"],
    [
      ":root{--a:#0a4c55;--b:rgb(from var(--a) r g b / 30%)}",
      ":root{--a:#0a4c55;--b:rgba(10,76,85,0.3)}",
    ],
    ["@keyframes a{from{top:0}to{top:1px}}", "@keyframes a{from{top:0}to{top:1px}}"],
  ];
  for (const [css, lowered] of cases) assert.equal(lowerStyle(css), lowered);
});

Deno.test("lowerStyle() drops other parts and other themes, and what they leave empty", () => {
  const css = ".rs-carousel{top:0}.rs-carousel .rs-btn,.rs-btn{left:0}" +
    ".rs-theme-dark{--rs-x:2}@media print{.rs-avatar{top:0}}";
  assert.equal(lowerStyle(css), ".rs-btn{left:0}");
});

Deno.test("lowerStyle() stops at a colour that it cannot mix", () => {
  assert.throws(
    () => lowerStyle(".rs-btn{color:rgb(from var(--a) r g b / 30%)}"),
    /Cannot mix "--a"/,
  );
});
