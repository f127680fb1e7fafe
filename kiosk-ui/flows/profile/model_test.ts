import assert from "node:assert/strict";
import { SCENES } from "../../preview/scenes.ts";
import { KNOWN, SESSION_ID } from "../../testing/people.ts";
import { no, yes } from "../../testing/scripted_terminal.ts";
import { stageAtHome } from "../../testing/stage.ts";
import type { Stage } from "../../preview/stage.ts";
import type { ProfileModelInstance } from "./model.ts";

async function profileWith(digits: string): Promise<[Stage, ProfileModelInstance]> {
  const stage = await stageAtHome();
  await SCENES["profile"]?.(stage);
  const step = stage.kiosk.step.value;
  assert.ok(step.kind === "profile");
  step.flow.start();
  for (const digit of digits) step.flow.press(digit);
  return [stage, step.flow];
}

Deno.test("ProfileModel takes no more digits than a phone number has", async () => {
  const [, flow] = await profileWith("138001380009999");
  assert.deepEqual(flow.step.value, { kind: "entering", digits: "13800138000", wrong: false });
});

Deno.test("ProfileModel asks to check what is no mobile number", async () => {
  for (const digits of ["1380013800", "23800138000", "10000138000"]) {
    const [, flow] = await profileWith(digits);
    flow.check();
    assert.ok(flow.step.value.kind === "entering" && flow.step.value.wrong);
  }
});

Deno.test("ProfileModel saves what the patient confirmed and goes on", async () => {
  const [stage, flow] = await profileWith("13800138000");
  stage.terminal.script({ createProfile: [yes(KNOWN)] });
  flow.check();
  flow.change();
  flow.erase();
  flow.press("1");
  flow.check();
  await flow.save();
  assert.deepEqual(
    stage.terminal.calls.find(([name]) => name === "createProfile"),
    ["createProfile", SESSION_ID, "13800138001"],
  );
  assert.equal(stage.kiosk.step.value.kind, "bills");
});

Deno.test("ProfileModel says when the profile was not made", async () => {
  const [stage, flow] = await profileWith("13800138000");
  stage.terminal.script({ createProfile: [no("identity.his_unavailable")] });
  flow.check();
  await flow.save();
  assert.deepEqual(flow.step.value, { kind: "refused", code: "identity.his_unavailable" });
});
