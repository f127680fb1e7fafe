import assert from "node:assert/strict";
import { parseHsmChallenge, toStep2Key } from "./hsm_strings.ts";

const CHALLENGE = "331100|00904A3001866033110000048A|03|331100D156000005500509728DB46EF9|" +
  "456FE02E253F817D|A39FC0BF44CAEA80|4F5FB5932F10694D|2CFE760428888D8E|";
const PROOF = "98ABD5279E9CD3306183AFC81BE3C72E|40B69F2C478028DC1594A8CC187E1FE9";

Deno.test("parseHsmChallenge() reads what Step1 gives, with and without a terminal", () => {
  assert.deepEqual(parseHsmChallenge(CHALLENGE), {
    region: "331100",
    atr: "00904A3001866033110000048A",
    algorithm: "03",
    cardIdentifier: "331100D156000005500509728DB46EF9",
    randoms: ["456FE02E253F817D", "A39FC0BF44CAEA80", "4F5FB5932F10694D", "2CFE760428888D8E"],
    terminal: null,
  });
  assert.equal(parseHsmChallenge(`${CHALLENGE}410100813475|`)?.terminal, "410100813475");
});

Deno.test("parseHsmChallenge() refuses every field that is not of its shape", () => {
  const fields = CHALLENGE.split("|");
  for (let at = 0; at < 8; at++) {
    for (const wrong of ["", "Z", `${fields[at]}0`]) {
      assert.equal(parseHsmChallenge(fields.with(at, wrong).join("|")), null, `${at}: ${wrong}`);
    }
  }
});

Deno.test("toStep2Key() ends with exactly one bar, however the platform writes it", () => {
  for (const written of [PROOF, `${PROOF}|`, `${PROOF}||`, ` ${PROOF}|\n`]) {
    assert.equal(toStep2Key(written), `${PROOF}|`);
  }
  for (const wrong of ["", "|", PROOF.slice(1), `${PROOF}|00`, PROOF.replace("|", "")]) {
    assert.equal(toStep2Key(wrong), null, wrong);
  }
});
