import assert from "node:assert/strict";
import { openSerialPort } from "../../ffi/serial/serial_port.ts";
import { PtyCable } from "./pty_cable.ts";
import { serveLine } from "./served_line.ts";

const PATIENTLY = { timeoutMs: 10_000 };

Deno.test("PtyCable has the device behind one link, before and after it was pulled", async () => {
  const folder = await Deno.makeTempDir({ prefix: "yikatong-cable-" });
  const link = `${folder}/echo`;
  await using cable = new PtyCable({
    link,
    serve: (line) => serveLine(line, (bytes) => line.write(bytes, PATIENTLY)),
  });
  for (const word of ["first", "again"]) {
    await cable.plug();
    await using port = await openSerialPort({ path: link, baud: 9_600 });
    const sent = new TextEncoder().encode(word);
    await port.write(sent, PATIENTLY);
    assert.deepEqual(await port.read(PATIENTLY), sent);
    await cable.unplug();
    await assert.rejects(port.read(PATIENTLY), { trouble: "gone" });
    await assert.rejects(openSerialPort({ path: link, baud: 9_600 }), { trouble: "unavailable" });
  }
  await Deno.remove(folder, { recursive: true });
});
