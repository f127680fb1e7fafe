import { MOTOR_READER_CHECKS } from "../conformance/motor_reader.ts";
import { SimulatedCrt310 } from "../../sandbox/devices/motor_reader/simulated_crt310.ts";
import { SimulatedCrt571 } from "../../sandbox/devices/motor_reader/simulated_crt571.ts";
import { openCrt310 } from "./crt310.ts";
import { openCrt571 } from "./crt571.ts";
import { MotorRig, SHORT_WAITS } from "./testing/motor_rig.ts";

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
}

function crt571Rig(): MotorRig {
  return new MotorRig({
    simulator: new SimulatedCrt571<string>(AT_ONCE),
    tellsBin: true,
    open: (options) => openCrt571({ ...options, waits: SHORT_WAITS }),
  });
}

function crt310Rig(): MotorRig {
  return new MotorRig({
    simulator: new SimulatedCrt310<string>(AT_ONCE),
    tellsBin: false,
    open: (options) => openCrt310({ ...options, waits: SHORT_WAITS }),
  });
}
