import assert from "node:assert/strict";
import { Sm3 } from "../../../crypto/sm3.ts";
import { makeReleaseFolder, makeSigner, RELEASED_FILES } from "../../../tests/release_folder.ts";
import { TemporaryFolder } from "../../../tests/temporary_folder.ts";
import { checkOwnRelease, mayServe, type OwnReleaseOptions } from "./own_release.ts";
import { type ReleaseSettings, releaseSettings } from "./settings.ts";

const build = makeSigner("build");
const { "lib/runtime": RUNTIME = "", "lib/app.js": APP = "" } = RELEASED_FILES;

Deno.test("checkOwnRelease() enforces by itself where trusted keys are installed", async () => {
  using folder = await makeReleaseFolder();
  using keys = new TemporaryFolder();
  await folder.release({}, [build]);
  const without = await check(folder.path, { keys: keys.file("none") });
  assert.equal(without.verification, "warn");
  assert.deepEqual(without.troubles.map(({ kind }) => kind), ["no_trusted_keys"]);
  assert.ok(mayServe(without));

  await Deno.writeTextFile(keys.file("build.pem"), build.pem);
  const good = await check(folder.path, { keys: keys.path });
  assert.deepEqual([good.verification, good.troubles, mayServe(good)], ["enforce", [], true]);
  await folder.write("lib/app.js", `${APP}//`);
  assert.ok(!mayServe(await check(folder.path, { keys: keys.path })));
  assert.ok(mayServe(await check(folder.path, { keys: keys.path, verification: "warn" })));
  const asked = await check(folder.path, { keys: keys.file("none"), verification: "enforce" });
  assert.ok(!mayServe(asked));
});

Deno.test("checkOwnRelease() takes keys that cannot be used for no licence to start", async () => {
  using folder = await makeReleaseFolder();
  using keys = new TemporaryFolder();
  await folder.release({}, [build]);
  await Deno.writeTextFile(keys.file("build.pem"), "damaged");
  const found = await check(folder.path, { keys: keys.path });
  assert.deepEqual(found.troubles.map(({ kind }) => kind), ["unusable_keys"]);
  assert.ok(!mayServe(found));
});

Deno.test("checkOwnRelease() reads the program first and the rest when all is asked for", async () => {
  using folder = await makeReleaseFolder();
  using keys = new TemporaryFolder();
  await folder.release({}, [build]);
  await Deno.writeTextFile(keys.file("build.pem"), build.pem);
  const settings = { keys: keys.path };
  await folder.write("lib/runtime", `${RUNTIME.slice(0, -1)}!`);
  assert.ok(mayServe(await check(folder.path, settings)));
  assert.ok(!mayServe(await check(folder.path, settings, "all")));
  await folder.write("lib/runtime", RUNTIME);
  await folder.write("lib/app.js", APP.replace("serving", "forging"));
  assert.ok(!mayServe(await check(folder.path, settings)));
  await folder.write("lib/app.js", APP);
  await folder.write("share/surplus", "");
  assert.ok(!mayServe(await check(folder.path, settings)));
});

Deno.test("checkOwnRelease() starts no release below the least counter, and an expired one", async () => {
  using folder = await makeReleaseFolder();
  using keys = new TemporaryFolder();
  await Deno.writeTextFile(keys.file("build.pem"), build.pem);
  await folder.release({ expires: "2026-11-21T00:00:00Z", counter: 7 }, [build]);
  assert.ok(mayServe(await check(folder.path, { keys: keys.path, counter_min: 7 })));
  const old = await check(folder.path, { keys: keys.path, counter_min: 8 });
  assert.deepEqual(old.troubles, [{ kind: "old_counter", counter: 7, counterMin: 8 }]);
});

async function check(
  folder: string,
  settings: Partial<ReleaseSettings>,
  extent: OwnReleaseOptions["extent"] = "program",
) {
  return await checkOwnRelease({
    folder,
    settings: { ...releaseSettings.parse(undefined), ...settings },
    newDigest: () => new Sm3(),
    extent,
  });
}
