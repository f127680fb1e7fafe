import { PIN_PAD_CHECKS } from "../../../ffi/conformance/pin_pad.ts";
import { openSerialPort } from "../../../ffi/serial/serial_port.ts";
import { PtyCable } from "../pty_cable.ts";
import { MAKES, rigOnLine } from "./testing/rigs.ts";

for (const [make, { simulate, open }] of Object.entries(MAKES)) {
  for (const [behaviour, check] of Object.entries(PIN_PAD_CHECKS)) {
    Deno.test(`${make} pad on a serial port: ${behaviour}`, async () => {
      const simulator = simulate();
      const folder = await Deno.makeTempDir({ prefix: "yikatong-pin-pad-" });
      const link = `${folder}/epp`;
      await using cable = new PtyCable({ link, serve: (line) => simulator.serve(line) });
      await cable.plug();
      {
        const openLine = () => openSerialPort({ path: link, baud: 9_600, lockFolder: folder });
        await using rig = await rigOnLine(simulator, open, { openLine });
        await check(rig);
      }
      await cable.unplug();
      await Deno.remove(folder, { recursive: true });
    });
  }
}
