import assert from "node:assert/strict";
import { Hono } from "hono";
import { errorAnswers } from "./http.ts";
import { SILENT_LOG } from "./log.ts";

Deno.test("a database that goes is no defect: the same request is safe again", async (t) => {
  for (const code of ["CONNECTION_CLOSED", "ECONNRESET", "EPIPE", "57P01"]) {
    await t.step(code, async () => {
      const app = new Hono();
      app.onError(errorAnswers(SILENT_LOG));
      app.get("/", () => {
        throw Object.assign(new Error("gone"), { code });
      });
      const reply = await app.request("/");
      assert.equal(reply.status, 503);
      assert.equal((await reply.json()).retry, "safe");
    });
  }
});
