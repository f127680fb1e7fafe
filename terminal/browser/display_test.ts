import assert from "node:assert/strict";
import { SILENT_LOG } from "../../server/platform/log.ts";
import { toKioskConfig } from "./config.ts";
import { isBetween, readOutputs, setUpDisplay, watchNight } from "./display.ts";

const XRANDR = `Screen 0: minimum 320 x 200, current 1080 x 1920, maximum 16384 x 16384
HDMI-1 connected primary 1080x1920+0+0 left (normal left inverted right x axis y axis) 476mm x 268mm
   1920x1080     60.00*+  50.00
VGA-1 disconnected (normal left inverted right x axis y axis)
DP-1 connected (normal left inverted right x axis y axis)
`;

Deno.test("readOutputs() reads the screens that show something, as they are turned", () => {
  assert.deepEqual(readOutputs(XRANDR), [{
    name: "HDMI-1",
    size: { width: 1_080, height: 1_920 },
  }]);
  assert.deepEqual(readOutputs("rubbish"), []);
});

Deno.test("setUpDisplay() turns picture and touch together", async () => {
  const calls: string[] = [];
  const { display } = toKioskConfig({
    display: { rotation: "left", touch_device: "ILITEK Multi-Touch" },
  });
  const size = await setUpDisplay({
    display,
    run(name, args) {
      calls.push([name, ...args].join(" "));
      return Promise.resolve(name === "xrandr" ? XRANDR : "");
    },
    log: SILENT_LOG,
  });
  assert.deepEqual(size, { width: 1_080, height: 1_920 });
  assert.ok(calls.includes("xrandr --output HDMI-1 --rotate left"), `${calls}`);
  assert.ok(calls.includes("xinput --map-to-output ILITEK Multi-Touch HDMI-1"));
  assert.ok(calls.includes("xset -dpms"));
});

Deno.test("setUpDisplay() lets the browser find its size where no tool is there", async () => {
  const { display } = toKioskConfig({});
  const nothing = { display, run: () => Promise.resolve(null), log: SILENT_LOG };
  assert.equal(await setUpDisplay(nothing), null);
});

Deno.test("isBetween() goes over midnight", () => {
  const night = (time: string) => isBetween(time, "22:00", "06:30");
  assert.deepEqual(["21:59", "22:00", "00:00", "06:29", "06:30"].map(night), [
    false,
    true,
    true,
    true,
    false,
  ]);
  assert.equal(isBetween("13:00", "12:00", "14:00"), true);
});

Deno.test("watchNight() lets the screen go dark at night and lights it in the morning", async () => {
  const { display } = toKioskConfig({ display: { dark_from: "22:00", dark_to: "06:00" } });
  const times = ["21:59", "22:00", "22:01", "05:59", "06:00", "06:01"];
  const stop = new AbortController();
  const calls: string[] = [];
  let at = 0;
  await watchNight({
    display,
    run(name, args) {
      calls.push(`${times[at]} ${name} ${args.join(" ")}`);
      return Promise.resolve("");
    },
    log: SILENT_LOG,
    timeOfDay: () => times[at] ?? "",
    pause() {
      if (++at === times.length) stop.abort();
      return Promise.resolve();
    },
  }, stop.signal);
  assert.deepEqual(calls, [
    "22:00 xset dpms 300 300 300",
    "06:00 xset dpms force on",
    "06:00 xset -dpms",
  ]);
});

Deno.test("toKioskConfig() refuses a screen of another machine and half a night", () => {
  assert.throws(() => toKioskConfig({ url: "http://10.0.0.8:8701/" }), /url/);
  assert.throws(() => toKioskConfig({ display: { dark_from: "22:00" } }), /dark_to/);
  assert.throws(() => toKioskConfig({ browser_flags: ["http://evil"] }), /browser_flags/);
});
