import assert from "node:assert/strict";
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
