import assert from "node:assert/strict";
import { Hono } from "hono";
import { type ConsoleAssets, consolePages } from "./console_pages.ts";

function asset(text: string, type: string) {
  return { type, bytes: new TextEncoder().encode(text) };
}

const ASSETS: ConsoleAssets = new Map([
  ["/index.html", asset("<html>", "text/html; charset=utf-8")],
  ["/console-1.js", asset("script", "text/javascript; charset=utf-8")],
]);

function app(): Hono {
  return new Hono().route("/console", consolePages(() => Promise.resolve(ASSETS)));
}

Deno.test("consolePages() gives the page for every place of the console", async () => {
  for (const path of ["", "/", "/accounts", "/accounts/019a8f3e", "/audit?sso=continue"]) {
    const response = await app().request(`/console${path}`);
    assert.equal(response.status, 200, path);
    assert.equal(await response.text(), "<html>", path);
    assert.equal(response.headers.get("cache-control"), "no-store", path);
  }
});

Deno.test("consolePages() lets a browser keep what is named by its content", async () => {
  const response = await app().request("/console/console-1.js");
  assert.equal(await response.text(), "script");
  assert.match(response.headers.get("cache-control") ?? "", /immutable/);
  assert.match(response.headers.get("content-type") ?? "", /javascript/);
});

Deno.test("consolePages() has no other files, whatever the path says", async () => {
  for (const path of ["/console-2.js", "/index.html", "/..%2fdeno.json", "/%2e%2e/deno.json"]) {
    const response = await app().request(`/console${path}`);
    assert.equal(response.status, 404, path);
    await response.body?.cancel();
  }
});

Deno.test("consolePages() allows nothing inline, nothing from elsewhere, no frame", async () => {
  const response = await app().request("/console/");
  const policy = response.headers.get("content-security-policy") ?? "";
  assert.equal(/unsafe|\*|https?:/.test(policy), false);
  for (const rule of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"]) {
    assert.ok(policy.includes(rule), rule);
  }
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  await response.body?.cancel();
});
