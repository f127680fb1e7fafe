import assert from "node:assert/strict";
import { developmentKeys } from "../dev/development_keys.ts";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { SoftwareProvider } from "../../crypto/providers/software.ts";
import { cardKeyFindings, padCountFindings } from "./card_checks.ts";

const KEYS = developmentKeys("5a".repeat(32));

async function findingsOf(labels: readonly string[], isDevice = false) {
  const keys = KEYS.filter(({ label }) => labels.includes(label));
  await using provider = new SoftwareProvider(portableEngine(), { name: "test", keys });
  return await cardKeyFindings(provider, { masterLabel: "card-host-master", isDevice });
}

Deno.test("the doctor says which key of bank cards is missing, and what to do", async () => {
  const all = await findingsOf(["key-ladder-root", "card-host-master"]);
  assert.deepEqual(all.map(({ state }) => state), ["ok", "ok"]);
  const [root, master] = await findingsOf([]);
  assert.match(root?.text ?? "", /key-ladder-root.*add-missing/);
  assert.match(master?.text ?? "", /card-host-master.*key store enter/);
  const [device] = await findingsOf([], true);
  assert.match(device?.text ?? "", /SDF.*做不了/);
});

Deno.test("the doctor names terminals whose pads wait for work keys", () => {
  assert.equal(padCountFindings({ masters: 3, withoutWork: [] })[0]?.state, "ok");
  assert.match(padCountFindings({ masters: 3, withoutWork: ["0007"] })[0]?.text ?? "", /0007/);
  assert.match(padCountFindings({ masters: 0, withoutWork: [] })[0]?.text ?? "", /pad-master make/);
});
