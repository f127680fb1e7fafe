import assert from "node:assert/strict";
import { Hono } from "hono";
import { SILENT_LOG } from "../../../platform/log.ts";
import { phoneErrors, phoneHeaders } from "./phone_page.ts";

Deno.test("a phone's page that fails is a page, and tells nothing of what went wrong", async () => {
  const app = new Hono();
  const pages = new Hono();
  pages.onError(phoneErrors(SILENT_LOG));
  pages.use("/m/*", phoneHeaders());
  pages.get("/m/slip/:token", () => {
    throw Object.assign(new Error("10.0.0.7 is gone"), { code: "CONNECTION_CLOSED" });
  });
  pages.get("/m/pay/:token", () => {
    throw new Error("no such column");
  });
  app.route("/", pages);
  for (const [path, status] of [["/m/slip/a", 503], ["/m/pay/a", 500]] as const) {
    const reply = await app.request(path);
    assert.equal(reply.status, status);
    assert.match(reply.headers.get("content-type") ?? "", /^text\/html/);
    assert.match(reply.headers.get("content-security-policy") ?? "", /frame-ancestors 'none'/);
    const text = await reply.text();
    assert.match(text, /请勿重复付款/);
    assert.doesNotMatch(text, /10\.0\.0\.7|column/);
  }
});
