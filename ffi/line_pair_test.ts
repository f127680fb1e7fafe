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
