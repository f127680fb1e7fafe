import assert from "node:assert/strict";
import { Hono } from "hono";
import { LoginError } from "./database_login/login_error.ts";
import { errorAnswers } from "./http.ts";
import { SILENT_LOG } from "./log.ts";

Deno.test("a database that goes is no defect: the same request is safe again", async (t) => {
  const gone = ["CONNECTION_CLOSED", "ECONNRESET", "EPIPE", "57P01", "57P05"].map((code) =>
    Object.assign(new Error("gone"), { code })
  );
  for (const error of [...gone, new LoginError("28P01", "denied")]) {
    await t.step(error.code, async () => {
      const app = new Hono();
      app.onError(errorAnswers(SILENT_LOG));
      app.get("/", () => {
        throw error;
      });
      const reply = await app.request("/");
      assert.equal(reply.status, 503);
      assert.equal((await reply.json()).retry, "safe");
    });
  }
});
