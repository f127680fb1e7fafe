import assert from "node:assert/strict";
import { parseSdfProfile } from "./sdf_profile.ts";

Deno.test("the profiles that are shipped can be used", async () => {
  const shipped = async (name: string) => {
    const file = new URL(`../profiles/${name}.toml`, import.meta.url);
    return parseSdfProfile(await Deno.readTextFile(file), name);
  };
  const standard = await shipped("sdf_standard");
  assert.equal(standard.algorithms.sm4Ecb, 0x401);
  assert.equal(standard.hmac, false);
  const sansec = await shipped("sdf_sansec");
  assert.equal(sansec.algorithms.sm4Ecb, 0x2001);
  assert.equal(sansec.algorithms.sm2Encrypt, 0x20800);
  assert.equal(sansec.configuration, "/etc/swsds");
});

Deno.test("a profile that is none is refused with its place", () => {
  const first = `name = "x"\nkekIndex = 1\n`;
  const refused = [
    ["name = ", /Cannot use SDF profile "p"/],
    [`name = "x"`, /kekIndex/],
    [`${first}sesions = 3`, /the file/],
    [`${first}sessions = 1000`, /sessions/],
    [`${first}open = "SDF_OpenDeviceWithPath"`, /configuration/],
    [`${first}configuration = "/etc/x"`, /configuration/],
    [`${first}[[keys]]\nlabel = "a"\nusage = "wrap"\nindex = 1`, /keys\.0\.usage/],
    [" ".repeat(70_000), /70000 characters/],
  ] as const;
  for (const [text, message] of refused) {
    assert.throws(() => parseSdfProfile(text, "p"), message);
  }
});
