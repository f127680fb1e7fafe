import { CABINET_SENSORS_CHECKS } from "../../ffi/conformance/cabinet_sensors.ts";
import { LIGHTS_CHECKS } from "../../ffi/conformance/lights.ts";
import { UPS_CHECKS } from "../../ffi/conformance/ups.ts";
import { CabinetBody } from "./cabinet_body.ts";
import { SimulatedLights } from "./cabinet_lights.ts";
import { CabinetPower } from "./cabinet_power.ts";
import { SimulatedCabinetSensors } from "./cabinet_sensors.ts";
import { SimulatedUps } from "./cabinet_ups.ts";

for (const [behaviour, check] of Object.entries(CABINET_SENSORS_CHECKS)) {
  Deno.test(`simulated cabinet sensors: ${behaviour}`, async () => {
    const body = new CabinetBody();
    const sensors = new SimulatedCabinetSensors(body);
    await check({
      sensors,
      openDoor: () => body.setDoor(true),
      closeDoor: () => body.setDoor(false),
      shake: () => body.shake(),
      disconnect: () => Promise.resolve(sensors.setOnline(false)),
    });
  });
}

for (const [behaviour, check] of Object.entries(UPS_CHECKS)) {
  Deno.test(`simulated UPS: ${behaviour}`, async () => {
    const power = new CabinetPower();
    const ups = new SimulatedUps(power);
    await check({
      ups,
      setSupply: (supply) => power.setSupply(supply),
      disconnect: () => Promise.resolve(ups.setOnline(false)),
    });
  });
}

for (const [behaviour, check] of Object.entries(LIGHTS_CHECKS)) {
  Deno.test(`simulated lights: ${behaviour}`, async () => {
    const lights = new SimulatedLights();
    await check({
      lights,
      shining: () => Promise.resolve(lights.shining),
      beeps: () => Promise.resolve(lights.beeps),
      disconnect: () => Promise.resolve(lights.setOnline(false)),
    });
  });
}
