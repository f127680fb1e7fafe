import assert from "node:assert/strict";
import { buildConsole } from "../tools/build_console.ts";

/** On an office network, kept by the browser until it changes; it should not grow unnoticed. */
const SCRIPT_BYTES_MAX = 200 * 1024;
const STYLE_BYTES_MAX = 40 * 1024;

/** CSS newer than Chrome 80, which a build for that target does not bring down. */
const NEWER_CSS: Readonly<Record<string, RegExp>> = {
  ":has()": /:has\(/,
  ":is(), :where()": /:(?:is|where)\(/,
  ":focus-visible": /:focus-visible/,
  "container queries": /@container|container-type/,
  "dynamic viewport units": /\d[dsl]v[hw]\b/,
  "inset": /[{;]inset(?:-inline|-block)?/,
  "aspect-ratio": /aspect-ratio:/,
  "layers and scopes": /@layer|@scope/,
  "colour functions": /color-mix\(|oklch\(|oklab\(|\(from /,
  "nesting": /[{;]\s*&/,
  "logical margins in short": /(?:margin|padding)-(?:inline|block):/,
  "subgrid": /subgrid/,
  "text-wrap": /text-wrap/,
};

/** Library calls newer than Chrome 80; syntax is brought down by the build, these are not. */
const NEWER_SCRIPT =
  /\.replaceAll\(|\.at\(-|structuredClone|Object\.hasOwn\b|\.toSorted\(|Promise\.any|AbortSignal\.timeout|randomUUID|\.toReversed\(|\.findLast\(|Object\.groupBy|new WeakRef/;

const FLEX_RULE = /[^{}]*\{[^{}]*display:(?:inline-)?flex[^{}]*\}/g;

const HASHED = /^\/console-[A-Z0-9]{8}\.(js|css)$/;

const decoder = new TextDecoder();

async function gzipSize(text: string): Promise<number> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(packed).arrayBuffer()).byteLength;
}

Deno.test("buildConsole() makes a console that an old browser can show", async (test) => {
  const files = await buildConsole();
  const named = new Map([...files].map(([path, { bytes }]) => [
    HASHED.exec(path)?.[1] ?? path,
    { path, text: decoder.decode(bytes) },
  ]));
  const script = named.get("js");
  const style = named.get("css");
  const page = named.get("/index.html");
  assert.ok(script && style && page);

  await test.step("has the page, one script and one style sheet, named by their content", () => {
    assert.equal(files.size, 3);
    for (const { path } of [script, style]) {
      assert.ok(page.text.includes(`/console${path}`), `the page names ${path}`);
    }
  });

  await test.step("stays within its bounds", async () => {
    const scriptBytes = await gzipSize(script.text);
    assert.ok(scriptBytes <= SCRIPT_BYTES_MAX, `${scriptBytes} bytes of script gzipped`);
    const styleBytes = await gzipSize(style.text);
    assert.ok(styleBytes <= STYLE_BYTES_MAX, `${styleBytes} bytes of style gzipped`);
  });

  await test.step("uses no CSS newer than Chrome 80", () => {
    for (const [name, pattern] of Object.entries(NEWER_CSS)) {
      assert.equal(pattern.exec(style.text)?.[0], undefined, name);
    }
    for (const [rule] of style.text.matchAll(FLEX_RULE)) {
      assert.equal(/[{;](?:row-|column-)?gap:/.test(rule), false, `Gap in a flex box: ${rule}`);
    }
  });

  await test.step("calls nothing newer than Chrome 80", () => {
    assert.equal(NEWER_SCRIPT.exec(script.text)?.[0], undefined);
  });

  await test.step("carries Preact, not React", () => {
    assert.equal(/react-dom\.production|Minified React error|react\.dev/.test(script.text), false);
  });

  await test.step("needs no inline script or style", () => {
    assert.equal(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/.test(page.text), false);
    assert.ok(page.text.includes('<html lang="zh-CN">'));
  });

  await test.step("keeps nothing in the browser's storage", () => {
    const kept = /localStorage|sessionStorage|indexedDB|document\.cookie/.exec(script.text)?.[0];
    assert.equal(kept, undefined);
  });
});
