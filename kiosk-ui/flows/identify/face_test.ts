import assert from "node:assert/strict";
import type { Stage } from "../../preview/stage.ts";
import { SCENES } from "../../preview/scenes.ts";
import { KNOWN, SETTINGS } from "../../testing/people.ts";
import { type Script, yes } from "../../testing/scripted_terminal.ts";
import { asked, stageAtHome } from "../../testing/stage.ts";
import type { IdentifyModelInstance } from "./model.ts";

async function at(scene: string, change: Script = {}): Promise<Stage> {
  const stage = await stageAtHome(change);
  await SCENES[scene]?.(stage);
  return stage;
}

function flowOf({ kiosk }: Stage): IdentifyModelInstance {
  const step = kiosk.step.value;
  assert.ok(step.kind === "identify");
  return step.flow;
}

Deno.test("IdentifyModel sends number and face in one pass, with what they are for (R-IDN-08)", async () => {
  const stage = await at("identify-face-number", { identifyByFace: [yes(KNOWN)] });
  flowOf(stage).type("1");
  flowOf(stage).type("X");
  await flowOf(stage).showFace();
  const call = stage.terminal.calls.find(([name]) => name === "identifyByFace");
  assert.deepEqual(call?.[1], { service: "pay", number: "031X" });
  const step = stage.kiosk.step.value;
  assert.ok(step.kind === "bills" && step.session.medium === "insurance_face");
});

Deno.test("IdentifyModel takes an X at the end of a number alone, and no key too many", async () => {
  const stage = await at("identify-face-number");
  const flow = flowOf(stage);
  for (const key of ["X", "1", "2", "9"]) flow.type(key);
  const whole = flow.step.value;
  assert.ok(whole.kind === "face_number" && whole.number === "0312");
  flow.type(null);
  const shorter = flow.step.value;
  assert.ok(shorter.kind === "face_number" && shorter.number === "031");
  await flow.showFace();
  assert.ok(!asked(stage).includes("identifyByFace"));
});

Deno.test("IdentifyModel asks for all 18 characters, or for none, as the setting says (R-IDN-08)", async () => {
  const stage = await at("identify-face");
  const settings = { ...SETTINGS, faceCheck: "all18" } as const;
  stage.terminal.emit({ kind: "settings", settings });
  flowOf(stage).showWay("face");
  const step = flowOf(stage).step.value;
  assert.ok(step.kind === "face_number" && step.length === 18);
  stage.terminal.script({ identifyByFace: ["never"] });
  stage.terminal.emit({ kind: "settings", settings: { ...settings, faceCheck: "none" } });
  flowOf(stage).showWay("face");
  assert.equal(flowOf(stage).step.value.kind, "reading");
});

Deno.test("IdentifyModel asks to show the face again when nobody was seen: no fault", async () => {
  const stage = await at("identify-face-nobody");
  const failed = flowOf(stage).step.value;
  assert.ok(failed.kind === "face_failed" && failed.reason === "nobody");
  await flowOf(stage).showFace();
  assert.equal(flowOf(stage).step.value.kind, "face_number");
});

Deno.test("IdentifyModel stops the camera for whoever takes another way", async () => {
  const stage = await at("identify-face-reading");
  flowOf(stage).again();
  assert.ok(asked(stage).includes("stopFace"));
  assert.equal(flowOf(stage).step.value.kind, "waiting");
});

Deno.test("a kiosk without an insurance terminal does not speak of faces", async () => {
  const stage = await at("identify");
  assert.ok(!stage.kiosk.board.value.devices.some(({ device }) => device === "insurance_terminal"));
});
