import assert from "node:assert/strict";
import { loadVendorProfile, parseVendorProfile, ProfileError } from "./profile.ts";

const TOP = `name = "x"\nlibrary = "/opt/x.so"\nencoding = "gb18030"\n`;
const READ = `[functions.read]
symbol = "iRead"
parameters = [{ kind = "in i32", name = "type" }, { kind = "out text", name = "out", bufferBytes = 8 }]
result = { kind = "i64" }
success = { equals = 0 }
deadlineMs = 1000
`;

Deno.test("every profile that is handed out can be loaded", async () => {
  const folder = new URL("../profiles/", import.meta.url);
  const files = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  const profiles = files.filter((name) => name.startsWith("sscard_"));
  assert.ok(profiles.length > 1);
  for (const name of profiles) {
    const profile = await loadVendorProfile(new URL(name, folder).pathname);
    assert.ok(Object.hasOwn(profile.functions, "readContact"), name);
  }
});

Deno.test("parseVendorProfile() fills in what need not be said", () => {
  const profile = parseVendorProfile(TOP + READ, "x.toml");
  assert.deepEqual(profile.preload, []);
  assert.equal(profile.thread, "pool");
  assert.equal(profile.functions.read?.optional, false);
});

Deno.test("a wrong profile is refused with file, key and what was expected", () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ["name = ", /TOML/],
    [READ, /name: expected string/],
    [TOP.replace("/opt/x.so", "x.so") + READ, /library: expected an absolute path/],
    [TOP.replace("gb18030", "gbk") + READ, /encoding: expected/],
    [TOP, /functions: expected/],
    [`${TOP}[functions]\n`, /functions: expected 1 to 64/],
    [`${TOP}preloads = []\n${READ}`, /"preloads"/],
    [TOP + READ.replace("iRead", "i-Read"), /functions\.read\.symbol: expected a C identifier/],
    [TOP + READ.replace("in i32", "in i64"), /functions\.read\.parameters\.0\.kind: expected/],
    [TOP + READ.replace("8 }", "0 }"), /functions\.read\.parameters\.1\.bufferBytes: expected/],
    [
      TOP + READ.replace(`}]`, `}, { kind = "out bytes", name = "b", bufferBytes = 524_288 }]`),
      /buffers of at most 524288 bytes together/,
    ],
    [TOP + READ.replace("1000", "0"), /functions\.read\.deadlineMs: expected/],
    [TOP + READ.replace(`"type"`, `"out"`), /functions\.read: expected every name once, "out"/],
    [TOP + READ.replace("equals = 0", `text = "given"`), /a success test that fits the result/],
    [TOP + READ.replace(`"i64"`, `"none"`), /a success test that fits the result/],
    [
      TOP + READ.replace(`kind = "in i32", name = "type"`, `kind = "in-out length", of = "photo"`),
      /an "out bytes" with the name "photo"/,
    ],
    [`${TOP}init = { function = "open" }\n${READ}`, /init\.function: expected a name of/],
  ];
  for (const [text, message] of wrong) {
    assert.throws(() => parseVendorProfile(text, "kiosk.toml"), (thrown) => {
      assert.ok(thrown instanceof ProfileError);
      assert.match(thrown.message, /"kiosk\.toml"/);
      assert.match(thrown.message, message);
      return true;
    });
  }
});

Deno.test("a profile that is not there, or much too large, is refused as one", async () => {
  await assert.rejects(loadVendorProfile("/nowhere/x.toml"), ProfileError);
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "#".repeat(300_000));
  await assert.rejects(loadVendorProfile(path), /expected a readable file of at most/);
  await Deno.remove(path);
});
