import assert from "node:assert/strict";
import type { TerminalSettings } from "../server/modules/settings/contract.ts";
import { type KioskAssets, pageRoutes } from "./pages.ts";

Deno.test("pageRoutes() says what is missing in the built screens", () => {
  assert.throws(() => pageRoutes(new Map(), "t"), /expected "\/index.html"/);
  assert.throws(() => pageRoutes(assetsOf("<html></html>"), "t"), /expected "<head>"/);
});

Deno.test("pageRoutes() serves listed assets only", async () => {
  const pages = pageRoutes(assetsOf("<html><head></head></html>"), "t");
  assert.equal((await pages.request("/index.html")).status, 404, "never without the token");
  assert.equal((await pages.request("/../deno.json")).status, 404);
  assert.equal((await pages.request("/")).status, 200);
});

function assetsOf(html: string): KioskAssets {
  return new Map([["/index.html", { type: "text/html", bytes: new TextEncoder().encode(html) }]]);
}

Deno.test("pageRoutes() writes known settings into the page, with nothing to break out of it", async () => {
  const name = `"><script>alert(1)</script> $& 测试`;
  const settings = { institution: { name } } as unknown as TerminalSettings;
  const assets = assetsOf("<html><head></head></html>");
  const known = await (await pageRoutes(assets, "t", () => settings).request("/")).text();
  const content = /<meta name="kiosk-settings" content="([^"]*)">/.exec(known)?.[1] ?? "";
  const read = content.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
  assert.deepEqual(JSON.parse(read), settings);
  assert.ok(!known.includes("<script>"));
  const unknown = await (await pageRoutes(assets, "t", () => null).request("/")).text();
  assert.ok(!unknown.includes("kiosk-settings"));
});
