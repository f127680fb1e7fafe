import assert from "node:assert/strict";
import { buildKiosk } from "../tools/build_kiosk.ts";

/** First load of the patients' screens (issue 2); the dev dock is a file of its own. */
const SCRIPT_BYTES_MAX = 80 * 1024;

/** CSS newer than Chrome 80, which a build for that target does not bring down. */
const NEWER_CSS: Readonly<Record<string, RegExp>> = {
  ":has()": /:has\(/,
  ":is(), :where()": /:(?:is|where)\(/,
  ":focus-visible": /:focus-visible/,
  "container queries": /@container|container-type/,
  "dynamic viewport units": /\d[dsl]v[hw]\b/,
  "inset": /[{;]inset:/,
  "aspect-ratio": /aspect-ratio:/,
  "layers and scopes": /@layer|@scope/,
  "colour functions": /color-mix\(|oklch\(|oklab\(/,
  "nesting": /[{;]\s*&/,
  "logical margins": /(?:margin|padding)-(?:inline|block)/,
  "subgrid": /subgrid/,
  "text-wrap": /text-wrap/,
};

/** Library calls newer than Chrome 80; syntax is brought down by the build, these are not. */
const NEWER_SCRIPT =
  /\.replaceAll\(|\.at\(-|structuredClone|Object\.hasOwn\b|\.toSorted\(|Promise\.any|AbortSignal\.timeout|randomUUID|\.toReversed\(|\.findLast\(/;

const FLEX_RULE = /[^{}]*\{[^{}]*display:(?:inline-)?flex[^{}]*\}/g;

const decoder = new TextDecoder();

async function builtText(): Promise<Map<string, string>> {
  const files = await buildKiosk();
  return new Map([...files].map(([path, { bytes }]) => [path, decoder.decode(bytes)]));
}

async function gzipSize(text: string): Promise<number> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(packed).arrayBuffer()).byteLength;
}

Deno.test("buildKiosk() makes screens that an old browser can show", async (test) => {
  const files = await builtText();

  await test.step("has the page, one script and one style sheet, and the dock apart", () => {
    assert.deepEqual([...files.keys()].sort(), [
      "/dock.css",
      "/dock.js",
      "/index.html",
      "/kiosk.css",
      "/kiosk.js",
    ]);
  });

  await test.step("stays within the first load", async () => {
    const bytes = await gzipSize(files.get("/kiosk.js") ?? "");
    assert.ok(bytes > 0 && bytes <= SCRIPT_BYTES_MAX, `${bytes} bytes gzipped`);
  });

  await test.step("uses no CSS newer than Chrome 80", () => {
    for (const path of ["/kiosk.css", "/dock.css"]) {
      const css = files.get(path) ?? "";
      for (const [name, pattern] of Object.entries(NEWER_CSS)) {
        assert.equal(pattern.test(css), false, `${name} in ${path}`);
      }
      for (const [rule] of css.matchAll(FLEX_RULE)) {
        assert.equal(/[{;](?:row-|column-)?gap:/.test(rule), false, `Gap in a flex box: ${rule}`);
      }
    }
  });

  await test.step("calls nothing newer than Chrome 80", () => {
    assert.equal(NEWER_SCRIPT.exec(files.get("/kiosk.js") ?? "")?.[0], undefined);
  });

  await test.step("needs no inline script or style", () => {
    const page = files.get("/index.html") ?? "";
    assert.equal(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/.test(page), false);
    assert.ok(page.includes('<html lang="zh-CN">'));
  });

  await test.step("keeps nothing in the browser's storage", () => {
    assert.equal(
      /localStorage|sessionStorage|indexedDB|document\.cookie/.test(
        files.get("/kiosk.js") ?? "",
      ),
      false,
    );
  });
});
