/** What a library may write into its buffers, and a broken host into its pipe: anything. */
import assert from "node:assert/strict";
import { parseHsmChallenge, toStep2Key } from "../../ffi/social_security_card/hsm_strings.ts";
import { parseCardRecord } from "../../ffi/social_security_card/record.ts";
import { explainCode, judgeCode } from "../../ffi/social_security_card/return_codes.ts";
import { encodeFrame, FrameReader } from "../../ffi/vendor/frames.ts";
import { parseFromHost } from "../../ffi/vendor/host_protocol.ts";
import { decodeText, encodeText } from "../../ffi/vendor/text_encoding.ts";
import { seededRandom } from "../random.ts";

const INPUTS = 100_000;
const RECORD = "441900|441900199001011234|D12345678|441900D15600000500BF7C7A48FB4966|王珅|" +
  "00814E43238697159900BF7C7A|3.00|20201001|20301001|410100813475||";
const CHALLENGE = "331100|00904A3001866033110000048A|03|331100D156000005500509728DB46EF9|" +
  "456FE02E253F817D|A39FC0BF44CAEA80|4F5FB5932F10694D|2CFE760428888D8E|";
const PROOF = "98ABD5279E9CD3306183AFC81BE3C72E|40B69F2C478028DC1594A8CC187E1FE9|";
const UNTOLD = { versionWhenUntold: "2.00" } as const;

Deno.test("no bytes in a card's buffer make more of it than a card or none", () => {
  let cards = 0;
  for (const bytes of rubbish(encodeText(RECORD, "gb18030"), 1)) {
    const card = parseCardRecord(decodeText(bytes, "gb18030"), UNTOLD);
    if (!card) continue;
    cards++;
    assert.match(card.region, /^\d{6}$/);
    assert.match(card.cardIdentifier, /^[0-9A-F]{32}$/);
    assert.match(card.socialSecurityNumber, /^[0-9A-Z]{15,20}$/);
    assert.doesNotMatch(card.name, /[|\p{Cc}\ufffd]/u);
    assert.ok(card.name.length > 0);
  }
  // Else nothing was tried but what is refused at once.
  assert.ok(cards > 1_000, `${cards}`);
});

Deno.test("no bytes of a first step make more of it than a challenge or none", () => {
  let challenges = 0;
  for (const bytes of rubbish(encodeText(CHALLENGE, "gb18030"), 2)) {
    const challenge = parseHsmChallenge(decodeText(bytes, "sniff"));
    if (challenge) challenges++;
    assert.ok(challenge?.randoms.every((random) => /^[0-9A-F]{16}$/i.test(random)) ?? true);
  }
  assert.ok(challenges > 1_000, `${challenges}`);
});

Deno.test("whatever a platform answers, Step2 is given two proofs or nothing", () => {
  for (const bytes of rubbish(encodeText(PROOF, "utf8"), 3)) {
    const key = toStep2Key(decodeText(bytes, "utf8"));
    assert.match(key ?? PROOF, /^[0-9A-F]{32}\|[0-9A-F]{32}\|$/i);
  }
});

Deno.test("every code has a verdict and words", () => {
  const random = seededRandom(4);
  for (let n = 0; n < INPUTS; n++) {
    const code = Math.floor((random() - 0.5) * 2 ** 32);
    assert.ok(explainCode(code).startsWith(`${code} `));
    assert.ok(["no_card", "silent", "machine", "card"].includes(judgeCode(code)));
  }
});

Deno.test("no bytes in a host's pipe make more of it than messages or an end", () => {
  const frames = [
    { kind: "ready", functions: ["readContact"] },
    { kind: "heartbeat" },
    {
      kind: "returned",
      id: 1,
      succeeded: true,
      code: 0,
      outputs: { a: Uint8Array.of(1) },
      hasOddResult: false,
    },
  ].flatMap((message) => [...encodeFrame(message)]);
  let messages = 0;
  for (const bytes of rubbish(new Uint8Array(frames), 5)) {
    const reader = new FrameReader();
    try {
      for (const message of reader.take(bytes)) {
        parseFromHost(message);
        messages++;
      }
    } catch (thrown) {
      assert.ok(thrown instanceof Error);
    }
  }
  assert.ok(messages > 1_000, `${messages}`);
});

/** Cut, changed in a few places, or random from end to end. */
function* rubbish(good: Uint8Array, seed: number): Generator<Uint8Array> {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random() * n);
  for (let n = 0; n < INPUTS; n++) {
    const kind = n % 4;
    if (kind === 0) {
      yield good.slice(0, below(good.length + 1));
    } else if (kind === 3) {
      yield Uint8Array.from({ length: below(300) }, () => below(256));
    } else {
      const changed = good.slice();
      for (let times = below(4) + 1; times > 0; times--) changed[below(good.length)] = below(256);
      yield changed;
    }
  }
}
