import assert from "node:assert/strict";
import { contrast, CONTRAST_MIN } from "./accent.ts";

/** Text on ground, as the style sheets pair them. */
const PAIRS: readonly (readonly [string, string])[] = [
  ["ink", "ground"],
  ["ink", "surface"],
  ["ink", "sunken"],
  ["ink-soft", "ground"],
  ["ink-soft", "surface"],
  ["ink-soft", "sunken"],
  ["accent", "ground"],
  ["on-accent", "accent"],
  ["on-accent", "accent-deep"],
  ["accent-deep", "accent-soft"],
  ["accent-deep", "surface"],
  ["good", "ground"],
  ["good", "surface"],
  ["good", "good-soft"],
  ["wait", "surface"],
  ["wait", "wait-soft"],
  ["bad", "surface"],
  ["bad", "bad-soft"],
];

Deno.test("tokens keep a contrast of 7:1 for every text on its ground", async () => {
  const css = await Deno.readTextFile(new URL("tokens.css", import.meta.url));
  const colours = new Map(
    [...css.matchAll(/--([a-z-]+):\s*(#[0-9a-f]{6});/g)].map(([, name, hex]) => [name, hex]),
  );
  for (const [text, ground] of PAIRS) {
    const ratio = contrast(colours.get(text) ?? "", colours.get(ground) ?? "");
    assert.ok(ratio >= CONTRAST_MIN, `${text} on ${ground} is ${ratio.toFixed(2)}:1`);
  }
});

Deno.test("contrast() agrees with WCAG at its ends", () => {
  assert.equal(contrast("#000000", "#ffffff"), 21);
  assert.equal(contrast("#0a4c55", "#0a4c55"), 1);
});
