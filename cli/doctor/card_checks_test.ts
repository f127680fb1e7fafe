import assert from "node:assert/strict";
import { developmentKeys } from "../dev/development_keys.ts";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { SoftwareProvider } from "../../crypto/providers/software.ts";
import { toConfig } from "../../server/platform/config.ts";
import { cardKeyFindings, padCountFindings } from "./card_checks.ts";

const KEYS = developmentKeys("5a".repeat(32));
const CARD_HOST = { host: "127.0.0.1", port: 1, merchant: "102441900000001", terminal: "YK000000" };

async function findingsOf(labels: readonly string[], choice: "auto" | "sdf" = "auto") {
  const keys = KEYS.filter(({ label }) => labels.includes(label));
  await using provider = new SoftwareProvider(portableEngine(), { name: "test", keys });
  const config = toConfig({ card_host: CARD_HOST }, {});
  const crypto = { ...config.crypto, provider: choice };
  return await cardKeyFindings({ ...config, crypto }, provider);
}

Deno.test("the doctor says which key of bank cards is missing, and what to do", async () => {
  const all = await findingsOf(["key-ladder-root", "card-host-master"]);
  assert.deepEqual(all.map(({ state }) => state), ["ok", "ok"]);
  const [root, master] = await findingsOf([]);
  assert.match(root?.text ?? "", /key-ladder-root.*add-missing/);
  assert.match(master?.text ?? "", /card-host-master.*key store enter/);
  const [device] = await findingsOf([], "sdf");
  assert.match(device?.text ?? "", /SDF.*做不了/);
});

Deno.test("the doctor names terminals whose pads wait for work keys", () => {
  assert.equal(padCountFindings({ masters: 3, withoutWork: [] })[0]?.state, "ok");
  assert.match(padCountFindings({ masters: 3, withoutWork: ["0007"] })[0]?.text ?? "", /0007/);
  assert.match(padCountFindings({ masters: 0, withoutWork: [] })[0]?.text ?? "", /pad-master make/);
});
