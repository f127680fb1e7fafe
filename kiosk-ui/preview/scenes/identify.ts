import type { NoFaceReason, ReadFailure } from "../../../terminal/contract.ts";
import { settle } from "../../testing/manual_timers.ts";
import { CARD, ID_CARD, KNOWN, PATIENT, SESSION_ID } from "../../testing/people.ts";
import { yes } from "../../testing/scripted_terminal.ts";
import { withCamera } from "./told.ts";
import { identified } from "./ways_there.ts";
import type { Scene, Stage } from "../stage.ts";

export const IDENTIFY_SCENES: Readonly<Record<string, Scene>> = {
  "identify": ({ kiosk }) => kiosk.choose("pay"),
  "identify-scanner-down": ({ kiosk, terminal }) => {
    terminal.emit({
      kind: "device",
      status: { device: "scanner", state: "offline", mediaPresent: false },
    });
    kiosk.choose("pay");
  },
  "identify-guide": ({ kiosk }) => {
    kiosk.choose("pay");
    const { step } = kiosk;
    if (step.value.kind === "identify") step.value.flow.showWay("card");
  },
  "identify-reading": (stage) => identified(stage, "never"),
  "identify-removed": (stage) => readFailed(stage, "removed_too_early"),
  "identify-device-failed": (stage) => readFailed(stage, "device_failed"),
  "identify-wrong-way": (stage) => readFailed(stage, "wrong_way_round"),
  "identify-unknown-card": (stage) =>
    identified(stage, { kind: "not_recognised", reason: "unknown_card" }),
  "identify-unavailable": (stage) => identified(stage, { kind: "unavailable", party: "his" }),
  "identify-no-record": (stage) =>
    identified(stage, { kind: "no_record", id: SESSION_ID, patient: PATIENT, canCreate: false }),
  "identify-face": (stage) => {
    withCamera(stage);
    stage.kiosk.choose("pay");
  },
  "identify-face-number": async (stage) => {
    await toFaceNumber(stage, "03");
  },
  "identify-face-reading": async (stage) => {
    stage.terminal.script({ identifyByFace: ["never"] });
    await toFaceNumber(stage, "0312");
    await showFace(stage);
  },
  "identify-face-nobody": (stage) => faceFailed(stage, "nobody"),
  "identify-face-mismatch": (stage) => faceFailed(stage, "mismatch"),
  "identify-code-activating": ({ kiosk }) => {
    kiosk.choose("pay");
    const { step } = kiosk;
    if (step.value.kind === "identify") step.value.flow.showWay("code");
  },
  "profile": newPatient,
  "profile-entering": async (stage) => {
    await newPatient(stage);
    typePhone(stage, "1380013");
  },
  "profile-confirming": async (stage) => {
    await newPatient(stage);
    typePhone(stage, "13800138000");
    const step = stage.kiosk.step.value;
    if (step.kind === "profile") step.flow.check();
  },
  "coverage-unavailable": (stage) =>
    identified(stage, { ...KNOWN, insurance: { status: "unavailable" } }),
  "coverage-not-covered": (stage) =>
    identified(stage, { ...KNOWN, insurance: { status: "not_covered" } }),
  "services": async (stage) => {
    stage.terminal.emit({ kind: "credential", credential: CARD });
    await settle();
  },
};

async function toFaceNumber(stage: Stage, number: string): Promise<void> {
  withCamera(stage);
  stage.kiosk.choose("pay");
  const step = stage.kiosk.step.value;
  if (step.kind !== "identify") return;
  step.flow.showWay("face");
  for (const key of number) step.flow.type(key);
  await settle();
}

async function showFace(stage: Stage): Promise<void> {
  const step = stage.kiosk.step.value;
  if (step.kind === "identify") void step.flow.showFace();
  await settle();
}

async function faceFailed(stage: Stage, reason: NoFaceReason): Promise<void> {
  stage.terminal.script({ identifyByFace: [yes({ kind: "no_face", reason })] });
  await toFaceNumber(stage, "0312");
  await showFace(stage);
}

async function newPatient(stage: Stage): Promise<void> {
  stage.terminal.script({
    identify: [yes({ kind: "no_record", id: SESSION_ID, patient: PATIENT, canCreate: true })],
  });
  stage.kiosk.choose("pay");
  stage.terminal.emit({ kind: "credential", credential: ID_CARD });
  await settle();
}

function typePhone(stage: Stage, digits: string): void {
  const step = stage.kiosk.step.value;
  if (step.kind !== "profile") return;
  step.flow.start();
  for (const digit of digits) step.flow.press(digit);
}

function readFailed({ kiosk, terminal }: Stage, reason: ReadFailure) {
  kiosk.choose("pay");
  terminal.emit({ kind: "read_failed", device: "card_reader", reason });
}
