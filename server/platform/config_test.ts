import assert from "node:assert/strict";
import { ConfigError, describeConfig, readEnv, readToml, toConfig } from "./config.ts";

const FILE = readToml(`
port = 9000
[his]
url = "http://his.example"
app_id = "kiosk"
secret = "file-secret"
[citizen_code]
url = "http://codes.example"
app_id = "kiosk"
secret = "code-secret"
[insurance]
url = "http://insurance.example"
paas_id = "dongguan"
secret = "insurance-secret"
[aggregate_pay]
url = "http://bank.example"
app_id = "app"
app_key = "app-key-1"
notify_key = "notify-key-1"
order_prefix = "YKT"
notify_url = "http://platform.example/api/notify/aggregate-pay"
`);

Deno.test("toConfig() lets the environment win over the file, path by path", () => {
  const env = readEnv({
    YIKATONG_HIS_SECRET: "environment-secret",
    YIKATONG_PORT: "9100",
    DATABASE_URL: "postgres://127.0.0.1/yikatong",
    HOME: "/root",
  });
  const config = toConfig(FILE, env);
  assert.equal(config.port, 9100);
  assert.equal(config.his.secret, "environment-secret");
  assert.equal(config.his.app_id, "kiosk");
  assert.equal(config.database.url, "postgres://127.0.0.1/yikatong");
});

Deno.test("toConfig() names every mistake at once and refuses unknown names", () => {
  const env = readEnv({ YIKATONG_PORT: "99999", YIKATONG_HIS_URL: "ftp://x", YIKATONG_TYPO: "1" });
  assert.throws(() => toConfig(FILE, env), (error: unknown) => {
    assert.ok(error instanceof ConfigError);
    for (const name of ["port", "his.url", "TYPO".toLowerCase()]) {
      assert.match(error.message, new RegExp(name));
    }
    return true;
  });
});

Deno.test("toConfig() names the fields of a table that is missing altogether", () => {
  assert.throws(() => toConfig({}, {}), /his\.url: .*\n.*his\.app_id: /);
});

Deno.test("describeConfig() shows no secret", () => {
  const env = readEnv({ DATABASE_URL: "postgres://user:hidden@127.0.0.1/yikatong" });
  const text = describeConfig(toConfig(FILE, env)).join("\n");
  for (
    const secret of ["file-secret", "insurance-secret", "app-key-1", "notify-key-1", "hidden@"]
  ) {
    assert.ok(!text.includes(secret), secret);
  }
  assert.match(text, /his\.url = "http:\/\/his\.example"/);
});
