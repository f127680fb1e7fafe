import assert from "node:assert/strict";
import { BYTE_LINE_CHECKS } from "./conformance/byte_line.ts";
import { linePair } from "./line_pair.ts";

for (const [behaviour, check] of Object.entries(BYTE_LINE_CHECKS)) {
  Deno.test(`linePair(): ${behaviour}`, async () => {
    const [host, device] = linePair();
    await using lines = new AsyncDisposableStack();
    lines.use(host);
    lines.use(device);
    await check({ host, device });
  });
}

Deno.test("linePair(): a reader still hears what comes after input was discarded", async () => {
  const [host, device] = linePair();
  await using lines = new AsyncDisposableStack();
  lines.use(host);
  lines.use(device);
  const reading = host.read({ timeoutMs: 60_000 });
  host.discardInput();
  await device.write(Uint8Array.of(7), { timeoutMs: 60_000 });
  assert.deepEqual(await reading, Uint8Array.of(7));
});
