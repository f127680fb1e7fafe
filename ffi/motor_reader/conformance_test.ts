import { openPty } from "../../sandbox/devices/pty.ts";
import { MOTOR_READER_CHECKS } from "../conformance/motor_reader.ts";
import { SimulatedCrt310 } from "../../sandbox/devices/motor_reader/simulated_crt310.ts";
import { SimulatedCrt571 } from "../../sandbox/devices/motor_reader/simulated_crt571.ts";
import { openSerialPort } from "../serial/serial_port.ts";
import { openCrt310 } from "./crt310.ts";
import { openCrt571 } from "./crt571.ts";
import type { CrtWaits } from "./crt_wire.ts";
import { MotorRig, SHORT_WAITS, type Wire } from "./testing/motor_rig.ts";

/** A pty takes its turns among all that the machine does. */
const PORT_WAITS = { ackMs: 150, answerMs: 300, gapMs: 50, moveMs: 300 };
const AT_ONCE = { pause: () => Promise.resolve(), moveTakesMs: 0 };

for (const [behaviour, check] of Object.entries(MOTOR_READER_CHECKS)) {
  Deno.test(`CRT-571 [R-DEV-06]: ${behaviour}`, async () => {
    await using rig = crt571Rig();
    await rig.restart();
    await check(rig);
  });
  Deno.test(`CRT-310 [R-DEV-06]: ${behaviour}`, async () => {
    await using rig = crt310Rig();
    await rig.restart();
    await check(rig);
  });
  Deno.test(`CRT-571 on a serial port [R-DEV-06]: ${behaviour}`, async () => {
    await using rig = crt571Rig({ wire: serialWire, waits: PORT_WAITS });
    await rig.restart();
    await check(rig);
  });
}

function crt571Rig(
  { waits = SHORT_WAITS, ...line }: { readonly wire?: () => Promise<Wire>; waits?: CrtWaits } = {},
): MotorRig {
  return new MotorRig({
    simulator: new SimulatedCrt571<string>(AT_ONCE),
    tellsBin: true,
    open: (options) => openCrt571({ ...options, waits }),
    ...line,
  });
}

async function serialWire(): Promise<Wire> {
  const { path, line } = await openPty();
  return [await openSerialPort({ path, baud: 9_600 }), line];
}

function crt310Rig(): MotorRig {
  return new MotorRig({
    simulator: new SimulatedCrt310<string>(AT_ONCE),
    tellsBin: false,
    open: (options) => openCrt310({ ...options, waits: SHORT_WAITS }),
  });
}
