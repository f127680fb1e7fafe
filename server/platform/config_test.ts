import assert from "node:assert/strict";
import {
  ConfigError,
  describeConfig,
  readEnv,
  readServiceManager,
  readToml,
  toConfig,
} from "./config.ts";

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
    DATABASE_URL: "postgres://clerk@127.0.0.1/yikatong",
    HOME: "/root",
  });
  const config = toConfig(FILE, env);
  assert.equal(config.port, 9100);
  assert.equal(config.his.secret, "environment-secret");
  assert.equal(config.his.app_id, "kiosk");
  assert.equal(config.database.url, "postgres://clerk@127.0.0.1/yikatong");
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

Deno.test("toConfig() says in the operator's words what belongs where, and never a value", () => {
  const file = {
    ...FILE,
    role: "boss",
    his: { url: "his", secret: "short12" },
    crypto: { key_store: "keys", allow_software_private_keys: "maybe" },
  };
  assert.throws(() => toConfig(file, {}), (thrown: unknown) => {
    const text = thrown instanceof Error ? thrown.message : "";
    for (
      const line of [
        "role: 应是 api、worker、all 之一",
        "his.url: 应是 http:// 或 https:// 开头的完整地址",
        "his.app_id: 没有设置，应是一段文字",
        "his.secret: 至少 8 个字符",
        "crypto.key_store: 应是 / 开头的完整路径",
        "crypto.allow_software_private_keys: 应是 true 或 false",
      ]
    ) assert.ok(text.includes(line), `${line} in\n${text}`);
    assert.ok(!text.includes("short12"));
    return true;
  });
});

Deno.test("readToml() says the place of a mistake, and not the line, which may hold a secret", () => {
  assert.throws(() => readToml('port = 1\n[his]\nsecret = "s3cret-value\n'), (thrown: unknown) => {
    assert.ok(thrown instanceof ConfigError);
    assert.match(thrown.message, /第 3 行第 \d+ 列/);
    assert.ok(!thrown.message.includes("s3cret"));
    return true;
  });
});

const SSO = {
  sso_oidc: {
    title: "统一身份认证",
    issuer: "https://sso.example",
    client_id: "yikatong",
    secret: "provider-secret",
    redirect_url: "https://platform.example/api/console/v1/sso/oidc/callback",
  },
};

Deno.test("toConfig() reads an identity provider, and shows its secret nowhere", () => {
  const env = readEnv({
    YIKATONG_SSO_OIDC_SECRET: "environment-secret",
    YIKATONG_SSO_OIDC_TRUSTED_STRENGTH: "mfa, hwk",
    YIKATONG_ACCESS_ORIGIN: "https://platform.example",
  });
  const config = toConfig({ ...FILE, ...SSO }, env);
  assert.equal(config.sso_oidc?.secret, "environment-secret");
  assert.equal(config.sso_oidc?.signing_algorithm, "RS256");
  assert.deepEqual(config.sso_oidc?.trusted_strength, ["mfa", "hwk"]);
  assert.equal(config.sso_cas, undefined);
  const shown = describeConfig(config).join("\n");
  assert.ok(shown.includes("sso_oidc.secret = (set, hidden)"));
  assert.ok(!shown.includes("environment-secret"));
});

Deno.test("toConfig() takes no identity provider without TLS, unchecked or with weak algorithms", () => {
  const wrong: [string, Record<string, string>][] = [
    ["https://", { YIKATONG_SSO_OIDC_ISSUER: "http://sso.example" }],
    ["well-known", {
      YIKATONG_SSO_OIDC_ISSUER: "https://sso.example/.well-known/openid-configuration",
    }],
    ["https://", { YIKATONG_SSO_OIDC_REDIRECT_URL: "http://platform.example/callback" }],
    ["RS256", { YIKATONG_SSO_OIDC_SIGNING_ALGORITHM: "none" }],
    ["RS256", { YIKATONG_SSO_OIDC_SIGNING_ALGORITHM: "HS256" }],
    ["sso_cas.title", { YIKATONG_SSO_CAS_URL: "https://cas.example/cas" }],
  ];
  for (const [said, names] of wrong) {
    assert.throws(
      () => toConfig({ ...FILE, ...SSO }, readEnv(names)),
      (thrown) => thrown instanceof ConfigError && thrown.message.includes(said),
    );
  }
  const own = readEnv({ YIKATONG_SSO_OIDC_ISSUER: "http://127.0.0.1:9000" });
  assert.equal(toConfig({ ...FILE, ...SSO }, own).sso_oidc?.issuer, "http://127.0.0.1:9000");
});

Deno.test("readServiceManager() watches only the process that systemd watches", () => {
  const unit = { NOTIFY_SOCKET: "/run/systemd/notify", RUNTIME_DIRECTORY: "/run/yikatong:/run/b" };
  const place = { socket: "/run/systemd/notify", folder: "/run/yikatong" };
  assert.deepEqual(readServiceManager(unit, 7), place);
  const watched = { ...unit, WATCHDOG_USEC: "90000000" };
  assert.deepEqual(readServiceManager(watched, 7), { ...place, watchdogMs: 90_000 });
  const other = { ...watched, WATCHDOG_PID: "8" };
  assert.deepEqual(readServiceManager(other, 7), place);
  assert.equal(readServiceManager({ NOTIFY_SOCKET: "/run/systemd/notify" }, 7), null);
  assert.equal(readServiceManager({}, 7), null);
});
