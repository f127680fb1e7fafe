import assert from "node:assert/strict";
import type { Light, Lights } from "../cabinet/contract.ts";
import type { CommandOptions } from "../contract.ts";

export interface LightsRig {
  readonly lights: Lights;
  /** What an eye sees. */
  shining(): Promise<readonly Light[]>;
  /** How often an ear has heard the buzzer. */
  beeps(): Promise<number>;
  disconnect(): Promise<void>;
}

type Check = (rig: LightsRig) => Promise<void>;

/** What every driver of lights must do; each check wants a rig of its own in the dark. */
export const LIGHTS_CHECKS: Readonly<Record<string, Check>> = {
  "show() lights what it names and nothing else": async ({ lights, shining }) => {
    const [first, second] = lights.capabilities.lights;
    assert.ok(first && second, "a cabinet with two lights at least");
    for (const shown of [[first], [first, second], [second], []]) {
      assert.deepEqual(await lights.show(shown, patiently()), { kind: "done", value: null });
      assert.deepEqual(await shining(), shown);
    }
  },
  "beep() is heard once, where there is a buzzer": async ({ lights, beeps }) => {
    assert.deepEqual(await lights.beep(patiently()), { kind: "done", value: null });
    assert.equal(await beeps(), lights.capabilities.buzzer ? 1 : 0);
  },
  "reset() leaves the cabinet in the dark": async ({ lights, shining }) => {
    await lights.show(lights.capabilities.lights, patiently());
    assert.deepEqual(await lights.reset(patiently()), { kind: "done", value: null });
    assert.deepEqual(await shining(), []);
  },
  "lights that are gone complete as offline": async ({ lights, disconnect }) => {
    await disconnect();
    assert.deepEqual(await lights.show([], patiently()), { kind: "failed", reason: "offline" });
    assert.deepEqual(await lights.status(), { device: "offline" });
  },
};

function patiently(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 60_000 };
}
