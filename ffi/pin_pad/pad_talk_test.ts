import assert from "node:assert/strict";
import { linePair } from "../line_pair.ts";
import type { PadInput } from "./frame.ts";
import { PadTalk } from "./pad_talk.ts";

Deno.test("PadTalk wipes a frame, which may hold a key, whatever came of it", async () => {
  for (const isAnswered of [true, false]) {
    const [host, pad] = linePair("pad");
    await using _host = host;
    await using device = pad;
    const inputs: PadInput[] = isAnswered
      ? [{ kind: "reply", reply: { status: 0, data: new Uint8Array(0) } }]
      : [];
    const talk = new PadTalk({
      line: host,
      parser: { push: () => inputs, reset: () => {} },
      judge: () => ({ failure: null }),
      onVerdict: () => {},
      replyWaitMs: isAnswered ? 60_000 : 1,
    });
    const frame = Uint8Array.of(1, 2, 3);
    const asked = talk.ask(frame).then(() => "answered", () => "silent");
    assert.deepEqual(
      await device.read({ timeoutMs: 60_000 }),
      Uint8Array.of(1, 2, 3),
    );
    if (isAnswered) await device.write(Uint8Array.of(0), { timeoutMs: 1_000 });
    assert.equal(await asked, isAnswered ? "answered" : "silent");
    assert.deepEqual(frame, new Uint8Array(3));
  }
});
