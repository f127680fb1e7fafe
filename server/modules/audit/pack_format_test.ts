import assert from "node:assert/strict";
import { linkLine, readLinkLine } from "./pack_format.ts";

const LINK = {
  at: new Date("2026-11-22T01:02:03.004Z"),
  stream_id: "019a8f3e-5c00-7abc-8def-000000000001",
  n: 9_007_199_254_740_993n,
  event_id: "019a8f3e-5c00-7abc-8def-000000000002",
  event_at: new Date("2026-11-22T01:02:03.000Z"),
  genuine: true,
  digest: new Uint8Array(32).fill(0xab),
};
const EVENT = {
  text: JSON.stringify([1, 'a "quoted" } ] \u2028 text', null]),
  tag: new Uint8Array(32).fill(0xcd),
};

Deno.test("a link's line is JSON, and reads as it was written", () => {
  for (const event of [EVENT, null]) {
    for (const genuine of [true, false]) {
      const link = { ...LINK, genuine };
      const line = linkLine(link, event);
      assert.deepEqual(JSON.parse(line).event, event && JSON.parse(event.text));
      assert.deepEqual(readLinkLine(line), { link, event });
    }
  }
});

Deno.test("readLinkLine() takes nothing that it did not write", () => {
  const line = linkLine(LINK, EVENT);
  const wrong = [
    "",
    "{}",
    `${line} `,
    ` ${line}`,
    line.replace('"n":"', '"n":"-'),
    line.replace('"n":"', '"n":"12345'),
    line.replace("2026-11-22", "2026-13-22"),
    line.replace("true", "1"),
    line.replace('"digest":"ab', '"digest":"AB'),
    line.replace(/"tag":"\w+"/, '"tag":null'),
    linkLine(LINK, null).replace("null}", "[1]}"),
    line.replace('{"at"', '{"more":1,"at"'),
  ];
  for (const text of wrong) assert.equal(readLinkLine(text), null, text);
});
