import assert from "node:assert/strict";
import { COMMANDS } from "../commands.ts";
import type { Grant } from "./grants.ts";
import { grantsFor, type LaunchFacts, NEEDS } from "./permissions.ts";

const BLANK: LaunchFacts = {
  command: "",
  args: [],
  cwd: "/desk",
  root: "/usr/lib/yikatong",
  platform: {},
  terminal: {},
  configFiles: ["/etc/yikatong/server.toml"],
  profiles: [],
  databaseUrl: undefined,
  manager: null,
  ownAddresses: ["192.0.2.9"],
  systemLibraries: ["/lib64/libc.so.6", "/usr/lib64/libcrypto.so.3"],
};

const PLATFORM = {
  data_dir: "/var/lib/yikatong",
  host: "0.0.0.0",
  port: 8700,
  public_url: "https://pay.example",
  database: { url: "postgres://yikatong:secret@db.example:5433/yikatong" },
  his: { url: "https://his.example/api", secret: "/not-a-path-of-ours" },
  aggregate_pay: { url: "http://bank.example:9000", notify_url: "https://us.example/notify" },
  card_host: { host: "10.0.0.8", port: 5000 },
  audit: { anchor_file: "/var/log/yikatong/anchors" },
  crypto: { key_store: "/etc/yikatong/keys", library: "/opt/sdf/libsdf.so" },
};

const TERMINAL = {
  data_dir: "/var/lib/yikatong-terminal",
  platform: { url: "https://platform.example", ca_file: "/etc/yikatong/ca.pem" },
  devices: { card_reader: { profile: "/etc/yikatong/vendor/card.toml", path: "/dev/ttyS1" } },
};

const ADMINISTRATION = new Set(["backup", "restore", "kiosk", "retire", "update"]);

function grants(command: string, facts: Partial<LaunchFacts> = {}) {
  return grantsFor({ ...BLANK, command, ...facts });
}

function has(grant: Grant, entry: string): boolean {
  return grant !== "all" && grant.includes(entry);
}

Deno.test("every subcommand has its permissions, and no other", () => {
  assert.deepEqual(Object.keys(NEEDS).sort(), Object.keys(COMMANDS).sort());
});

for (const command of Object.keys(NEEDS)) {
  Deno.test(`${command} is granted no whole kind but what it is known for`, () => {
    const given = grants(command, { platform: PLATFORM, terminal: TERMINAL });
    const whole = Object.entries(given).flatMap(([kind, grant]) => grant === "all" ? [kind] : []);
    const expected = ADMINISTRATION.has(command)
      ? ["read", "write", "run", "ffi", "env", ...command === "restore" ? ["net"] : []]
      : ["terminal", "key", "doctor", "device-host"].includes(command)
      ? ["ffi"]
      : [];
    assert.deepEqual(whole.filter((kind) => !expected.includes(kind)), [], command);
    assert.ok(has(given.read, "/usr/lib/yikatong") || given.read === "all", "its own files");
  });
}

Deno.test("serve reaches the parties of the configuration, and listens where it says", () => {
  const { net, read, write, run, ffi } = grants("serve", { platform: PLATFORM });
  assert.deepEqual(net, [
    "0.0.0.0:8700",
    "10.0.0.8:5000",
    "bank.example:9000",
    "db.example:5433",
    "his.example:443",
  ]);
  assert.ok(has(read, "/etc/yikatong/keys") && has(read, "/etc/yikatong/server.toml"));
  assert.deepEqual(write, ["/var/lib/yikatong", "/var/log/yikatong/anchors"]);
  assert.deepEqual(run, []);
  assert.ok(has(ffi, "/opt/sdf/libsdf.so") && has(ffi, "/lib64/libc.so.6"));
});

Deno.test("serve tells systemd by its socket", () => {
  const manager = { socket: "/run/systemd/notify", folder: "/run/yikatong" };
  const { net, write } = grants("serve", { manager });
  assert.ok(has(net, "unix:/run/systemd/notify") && has(net, "unix:/run/yikatong/notify.sock"));
  assert.ok(has(write, "/run/systemd/notify") && has(write, "/run/yikatong"));
});

Deno.test("commands on the books reach the database and nobody else", () => {
  for (const command of ["migrate", "holds", "ledger", "admin"]) {
    assert.deepEqual(grants(command, { platform: PLATFORM }).net, ["db.example:5433"], command);
  }
});

Deno.test("terminal starts nothing but itself for its vendor libraries, and nothing without", () => {
  const profile = { path: "/etc/yikatong/vendor/card.toml", libraries: [], workFiles: ["/opt/w"] };
  const { run, read, net } = grants("terminal", { terminal: TERMINAL, profiles: [profile] });
  assert.deepEqual(run, ["/usr/lib/yikatong/bin/yikatong"]);
  assert.ok(has(read, "/opt/w") && has(read, "/etc/yikatong/ca.pem"));
  assert.deepEqual(net, ["127.0.0.1:8701", "platform.example:443"]);
  const bare = grants("terminal", { terminal: { ...TERMINAL, devices: {} } });
  assert.deepEqual(bare.run, []);
  assert.deepEqual(bare.ffi, BLANK.systemLibraries);
});

Deno.test("device-host reads its profile and writes where it works, without any network", () => {
  const one = { path: "/p.toml", libraries: ["/opt/v/libcard.so"], workFiles: [] };
  const { read, write, net, run } = grants("device-host", { cwd: "/run/w", profiles: [one] });
  assert.ok(has(read, "/p.toml") && has(read, "/opt/v/libcard.so"));
  assert.deepEqual([write, net, run], [["/run/w"], [], []]);
});

Deno.test("sm touches the files it is given and their folders, and no network", () => {
  const args = ["sign", "--key", "/keys/k.pem", "doc.pdf", "--out=/out/doc.sig"];
  const { write, net } = grants("sm", { args });
  for (const path of ["/keys/k.pem", "/desk/doc.pdf", "/out/doc.sig", "/out", "/desk"]) {
    assert.ok(has(write, path), path);
  }
  assert.deepEqual(net, []);
});

Deno.test("dev plays on this machine; only simulated ports of hardware need everything", () => {
  const { net, write } = grants("dev", { args: ["--data", "demo"] });
  assert.deepEqual(net, ["127.0.0.1", "localhost"]);
  assert.deepEqual(write, ["/desk/demo"]);
  assert.ok(has(grants("dev", { args: ["--host", "0.0.0.0"] }).net, "192.0.2.9"));
  assert.equal(grants("dev", { args: ["--devices", "hardware"] }).import, "all");
});

Deno.test("a command that does not exist may say so", () => {
  for (const command of ["", "nonsense", "toString", "--help"]) {
    const { net, write, run } = grants(command, { platform: PLATFORM });
    assert.deepEqual([net, write, run], [[], [], []], command);
  }
});
