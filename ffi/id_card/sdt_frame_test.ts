import assert from "node:assert/strict";
import {
  SDT_FIND,
  SDT_READ,
  SDT_SELECT,
  SDT_STATUS,
  SdtReplyReader,
  sdtRequest,
} from "./sdt_frame.ts";

/** The answer 00 00 9F with four bytes of data. */
const FOUND = Uint8Array.fromHex("aaaaaa96690008" + "00009f" + "00000000" + "97");

Deno.test("sdtRequest() writes the frames of the protocol's description", () => {
  const frames = [SDT_STATUS, SDT_FIND, SDT_SELECT, SDT_READ].map((command) =>
    sdtRequest(command).toHex()
  );
  assert.deepEqual(frames, [
    "aaaaaa9669000311ffed",
    "aaaaaa96690003200122",
    "aaaaaa96690003200221",
    "aaaaaa96690003300132",
  ]);
});

Deno.test("SdtReplyReader puts an answer together from single bytes", () => {
  const reader = new SdtReplyReader();
  for (const byte of FOUND.subarray(0, -1)) {
    reader.push(Uint8Array.of(byte));
    assert.equal(reader.take(), null);
  }
  reader.push(FOUND.subarray(-1));
  assert.deepEqual(reader.take(), { kind: "reply", code: 0x9f, data: new Uint8Array(4) });
  assert.equal(reader.take(), null);
});

Deno.test("SdtReplyReader finds the answer behind rubbish, a lone preamble and a wrong length", () => {
  for (const before of ["00ff", "aa", "aaaa", "aaaaaa9669", "aaaaaa96690003", "aaaaaa9669ffff"]) {
    const reader = new SdtReplyReader();
    reader.push(new Uint8Array([...Uint8Array.fromHex(before), ...FOUND]));
    let reply = reader.take();
    while (reply?.kind === "bad_checksum") reply = reader.take();
    assert.equal(reply?.kind === "reply" && reply.code, 0x9f, before);
  }
});

Deno.test("SdtReplyReader tells a wrong checksum at once, and keeps nothing of it", () => {
  const reader = new SdtReplyReader();
  const spoiled = FOUND.slice();
  spoiled[10] = 1;
  reader.push(new Uint8Array([...spoiled, ...FOUND]));
  assert.deepEqual(reader.take(), { kind: "bad_checksum" });
  assert.equal(reader.take()?.kind, "reply");
});
