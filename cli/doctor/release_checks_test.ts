import assert from "node:assert/strict";
import { releaseSettings } from "../../server/platform/release/settings.ts";
import { makeReleaseFolder, makeSigner } from "../../tests/release_folder.ts";
import { TemporaryFolder } from "../../tests/temporary_folder.ts";
import { releaseFindings } from "./release_checks.ts";

const build = makeSigner("build");

Deno.test("releaseFindings() says what this program is and what is wrong with it", async () => {
  using folder = await makeReleaseFolder();
  using keys = new TemporaryFolder();
  await Deno.writeTextFile(keys.file("build.pem"), build.pem);
  await folder.release({}, [build]);
  const settings = { ...releaseSettings.parse(undefined), keys: keys.path };
  const own = { form: "bundled", folder: folder.path } as const;
  assert.deepEqual(await releaseFindings(settings, own), [
    { state: "ok", text: "程序文件与发布清单一致：1.2.3，序号 7，4 个文件，签名方 build" },
  ]);
  const lenient = { ...settings, verification: "warn" as const };
  const states = async (wanted = settings) =>
    (await releaseFindings(wanted, own)).map(({ state }) => state);
  assert.deepEqual(await states(lenient), ["ok", "warning"]);

  await folder.write("lib/app.js", "other");
  await folder.write("lib/more.js", "");
  const found = await releaseFindings(settings, own);
  assert.deepEqual(found.map(({ state }) => state), ["failed", "failed"]);
  assert.deepEqual(found.map(({ text }) => text).sort(), [
    "程序文件：内容不符：lib/app.js",
    "程序文件：多出：lib/more.js",
  ]);
  assert.deepEqual(await states(lenient), ["warning", "warning"]);

  for (let n = 0; n < 20; n++) await folder.write(`lib/more-${n}.js`, "");
  const brief = await releaseFindings(settings, own);
  assert.equal(brief.length, 11);
  assert.equal(brief.at(-1)?.text, "程序文件：……共 22 个文件与清单不符");
});

Deno.test("releaseFindings() warns where there is nothing to compare", async () => {
  const settings = releaseSettings.parse(undefined);
  for (const form of ["source", "compiled"] as const) {
    const [finding] = await releaseFindings(settings, { form, folder: "/nowhere" });
    assert.equal(finding?.state, "warning");
  }
});
