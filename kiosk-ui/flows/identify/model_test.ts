import assert from "node:assert/strict";
import { SCENES } from "../../preview/scenes.ts";
import { CARD, KNOWN } from "../../testing/people.ts";
import { no, yes } from "../../testing/scripted_terminal.ts";
import { asked, stageAtHome } from "../../testing/stage.ts";
import type { Stage } from "../../preview/stage.ts";
import type { IdentifyModelInstance } from "./model.ts";

function flowOf({ kiosk }: Stage): IdentifyModelInstance {
  const step = kiosk.step.value;
  assert.ok(step.kind === "identify");
  return step.flow;
}

function insert({ terminal }: Stage): void {
  terminal.emit({
    kind: "device",
    status: { device: "card_reader", state: "online", mediaPresent: true },
  });
}

Deno.test("IdentifyModel says that the card was pulled too early", async () => {
  const stage = await stageAtHome();
  stage.kiosk.choose("pay");
  insert(stage);
  assert.equal(flowOf(stage).step.value.kind, "reading");
  stage.terminal.emit({ kind: "card_removed" });
  const step = flowOf(stage).step.value;
  assert.ok(step.kind === "read_failed" && step.reason === "removed_too_early");
});

Deno.test("IdentifyModel turns back when the card is pulled while the platform is asked", async () => {
  const stage = await stageAtHome({ identify: [yes(KNOWN)] });
  stage.kiosk.choose("pay");
  stage.terminal.emit({ kind: "credential", credential: CARD });
  stage.terminal.emit({ kind: "card_removed" });
  await stage.timers.advance(0);
  const step = flowOf(stage).step.value;
  assert.ok(step.kind === "read_failed" && step.reason === "removed_too_early");
});

Deno.test("IdentifyModel gives up reading after its bound, with a way on", async () => {
  const stage = await stageAtHome();
  stage.kiosk.choose("pay");
  insert(stage);
  await stage.timers.advance(26_000);
  const step = flowOf(stage).step.value;
  assert.ok(step.kind === "read_failed" && step.reason === "timeout");
  flowOf(stage).again();
  assert.equal(flowOf(stage).step.value.kind, "waiting");
});

Deno.test("IdentifyModel takes any medium, whichever guide is open", async () => {
  const stage = await stageAtHome();
  stage.kiosk.choose("pay");
  flowOf(stage).showWay("id_card");
  stage.terminal.emit({ kind: "credential", credential: CARD });
  await stage.timers.advance(0);
  assert.equal(stage.kiosk.step.value.kind, "bills");
});

Deno.test("IdentifyModel asks once when a card reads twice", async () => {
  const stage = await stageAtHome({ identify: ["never"] });
  stage.kiosk.choose("pay");
  stage.terminal.emit({ kind: "credential", credential: CARD });
  stage.terminal.emit({ kind: "credential", credential: CARD });
  assert.equal(asked(stage).filter((name) => name === "identify").length, 1);
});

Deno.test("IdentifyModel ignores an answer after the patient went back", async () => {
  const stage = await stageAtHome();
  stage.kiosk.choose("pay");
  stage.terminal.emit({ kind: "credential", credential: CARD });
  flowOf(stage).again();
  await stage.timers.advance(0);
  assert.equal(flowOf(stage).step.value.kind, "waiting");
});

Deno.test("IdentifyModel has a screen for each no", async () => {
  const replies = [
    [yes({ kind: "not_recognised", reason: "expired_code" } as const), "not_recognised"],
    [yes({ kind: "unavailable", party: "his" } as const), "unavailable"],
    [
      yes({ kind: "no_record", id: KNOWN.id, patient: KNOWN.patient, canCreate: false } as const),
      "no_record",
    ],
    [no("terminal.platform_unreachable"), "refused"],
  ] as const;
  for (const [reply, kind] of replies) {
    const stage = await stageAtHome({ identify: [reply] });
    stage.kiosk.choose("pay");
    stage.terminal.emit({ kind: "credential", credential: CARD });
    await stage.timers.advance(0);
    assert.equal(flowOf(stage).step.value.kind, kind);
  }
});

Deno.test("IdentifyModel hands a new patient with an ID card over to the profile", async () => {
  const stage = await stageAtHome();
  await SCENES["profile"]?.(stage);
  assert.equal(stage.kiosk.step.value.kind, "profile");
});
