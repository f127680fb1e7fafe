import assert from "node:assert/strict";
import { publicKeyOf, sign, verify } from "../../../crypto/sm2.ts";
import { sm3 } from "../../../crypto/sm3.ts";
import { CANONICALISERS, signText } from "./canonical.ts";
import { openWrapperCipher } from "./cipher.ts";
import { NATIONAL_MOBILE } from "./profile.ts";
import { openWrapper, sealWrapper, type WrapperLine } from "./wrapper.ts";

/** The golden vector of nhsa.md §2.3; npm sm-crypto and OpenSSL 3.0 agree on it. */
const APP = {
  appId: "1F2E3D4C5B6A79880123456789ABCDEF",
  appSecret: "OWNVALUE0SECRET0FOR0TESTS0ONLY00",
};
const DATA = {
  orgCodg: "H44190000001",
  amt: 12.5,
  list: [{ b: "2", a: 1 }],
  empty: "",
  nul: null,
};
const ENC_DATA = "4BCAE58B643BECE9C1C58968E1CF633462302A72C1E7D2417CC8CA8B2E719504" +
  "C1ABD1EE785C2B16CD616FFEB813FA30D12CF08F79C481ACC7D180DC4AA5AD52" +
  "DF6471DA0F7F53398FFD4E3101CE38E7B23546BFBD5853C80790B3BB6436866C";
const SIGN_TEXT = "appId=1F2E3D4C5B6A79880123456789ABCDEF" +
  '&data={"amt":"12.5","list":[{"a":"1","b":"2"}],"orgCodg":"H44190000001"}' +
  "&encType=SM4&signType=SM2&timestamp=1767225600&transType=hos.upload.fee&version=2.0.1" +
  "&key=OWNVALUE0SECRET0FOR0TESTS0ONLY00";
const PRIVATE = "8ea59beb340c2aec02f0b3534c12548c9302d4d56dc1cf3075b171ab5afec16d";
const PUBLIC = "04c7c574ffde815fd2b2d5f7480f52fa32349b17e98312e30142bf0174f94f8cea" +
  "cb173f15ba1fc70da67edffff7fd7ca60f11bcbbc3592c42c518e8bc1f071c14";
const SIGNATURE = "rWaJUozxV3C7rBIqKfWzGpfyHkU2fN+c5/LEe4jImqE0QdE02Zi60ZV1Xs7ZA7Z9XD22GDbcT5NH" +
  "TkkWwMaEdA==";
const OUTER = { timestamp: "1767225600", transType: "hos.upload.fee" };

function line(profile: Partial<typeof NATIONAL_MOBILE> = {}): WrapperLine {
  const privateKey = Uint8Array.fromHex(PRIVATE);
  const publicKey = Uint8Array.fromHex(PUBLIC);
  return {
    ...APP,
    cipher: openWrapperCipher(APP),
    profile: { ...NATIONAL_MOBILE, ...profile },
    signer: {
      sign: (message) => Promise.resolve(sign(privateKey, message)),
      verify: (message, signature) => Promise.resolve(verify(publicKey, message, signature)),
    },
  };
}

Deno.test("the wrapper's cipher gives the golden vector and reads it back", () => {
  const cipher = openWrapperCipher(APP);
  assert.equal(cipher.encrypt(JSON.stringify(DATA)), ENC_DATA);
  assert.deepEqual(JSON.parse(cipher.decrypt(ENC_DATA)), DATA);
});

Deno.test("the sign string is the golden vector's", () => {
  const wrapper = { ...APP, ...OUTER, version: "2.0.1", encType: "SM4", signType: "SM2" };
  const { appSecret, ...signed } = wrapper;
  const data = CANONICALISERS.tree(DATA, ENC_DATA);
  assert.equal(
    signText({ ...signed, encData: ENC_DATA, signData: "x", extra: {} }, { data, appSecret }),
    SIGN_TEXT,
  );
});

Deno.test("the golden vector's signature is good under its key", () => {
  assert.equal(publicKeyOf(Uint8Array.fromHex(PRIVATE)).toHex(), PUBLIC);
  const message = new TextEncoder().encode(SIGN_TEXT);
  assert.ok(verify(Uint8Array.fromHex(PUBLIC), message, Uint8Array.fromBase64(SIGNATURE)));
  assert.equal(sm3(message).length, 32);
});

Deno.test("each canonical form signs what its platform signs", () => {
  const data = { b: { z: 1, a: null }, a: [{ d: 2, c: "" }], n: 1, e: [] };
  assert.equal(CANONICALISERS.tree(data, "E"), '{"a":[{"d":"2"}],"b":{"z":"1"},"n":"1"}');
  assert.equal(
    CANONICALISERS.top_level(data, "E"),
    '{"a":[{"d":"2"}],"b":{"z":1,"a":null},"n":"1"}',
  );
  assert.equal(CANONICALISERS.enc_data(data, "E"), "E");
});

Deno.test("a wrapper opens under every form, escaped or not", async () => {
  const data = { userName: "样例甲", amt: "1.00" };
  for (const canonical of ["tree", "top_level", "enc_data"] as const) {
    for (const escapesUnicode of [true, false]) {
      const own = line({ canonical, escapesUnicode });
      const sealed = await sealWrapper(own, data, OUTER);
      if (escapesUnicode) {
        assert.match(own.cipher.decrypt(String(sealed["encData"])), /\\u6837\\u4f8b\\u7532/);
      }
      const opened = await openWrapper(own, JSON.stringify(sealed));
      assert.deepEqual(opened.kind === "opened" && opened.data, data);
    }
  }
});

Deno.test("a wrapper that was changed on the way, or signed by another, does not open", async () => {
  const own = line();
  const sealed = await sealWrapper(own, { amt: "1.00" }, OUTER);
  const other = await sealWrapper(own, { amt: "9.00" }, OUTER);
  const mixed = { ...sealed, encData: other["encData"] };
  assert.equal((await openWrapper(own, JSON.stringify(mixed))).kind, "bad_signature");
  const later = { ...sealed, timestamp: "1767225601" };
  assert.equal((await openWrapper(own, JSON.stringify(later))).kind, "bad_signature");
  const cut = { ...sealed, encData: "00" };
  assert.equal((await openWrapper(own, JSON.stringify(cut))).kind, "unreadable");
  assert.equal((await openWrapper(own, "<html>")).kind, "unreadable");
});
