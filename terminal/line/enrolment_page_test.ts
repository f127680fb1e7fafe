import assert from "node:assert/strict";
import { enrolmentApp, type EnrolmentSight } from "./enrolment_page.ts";

Deno.test("the page shows number and code without script, on loopback only", async () => {
  let state: EnrolmentSight["state"] = { kind: "waiting", code: "ABCD2345" };
  const app = enrolmentApp(() => ({ terminalNumber: "0317", state }), ["127.0.0.1"]);
  const ask = (host: string) => app.request("http://127.0.0.1:8701/", { headers: { host } });
  const page = await ask("127.0.0.1:8701");
  const html = await page.text();
  assert.match(html, /0317/);
  assert.match(html, /注册码.*ABCD 2345/);
  assert.match(html, /到人工窗口办理/, "a patient who stands before it is told where to go");
  assert.doesNotMatch(html, /<script/);
  assert.doesNotMatch(page.headers.get("content-security-policy") ?? "unsafe", /unsafe/);
  assert.equal((await ask("evil.example")).status, 403);
  state = { kind: "refused", code: "fleet.not_found" };
  assert.match(await (await ask("127.0.0.1:8701")).text(), /没有这个终端编号/);
});
