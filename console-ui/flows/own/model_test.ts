import assert from "node:assert/strict";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { SYSTEM_SESSION } from "../../testing/people.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { type Stage, startedStage } from "../../testing/stage.ts";

const FACTOR = {
  totpEnrolledAt: null,
  recoveryCodesLeft: 0,
  certificates: 0,
  required: true,
};
const CHALLENGE = { id: "challenge-1", text: "sign this", expiresAt: SYSTEM_SESSION.expiresAt };

function open(script: Script = {}, address = "/console/own"): Promise<Stage> {
  return startedStage({
    address,
    script: {
      "GET /own/second-factor": [yes(FACTOR)],
      "GET /own/certificates": [yes({ certificates: [] })],
      "GET /own/sso-links": [yes({ links: [] })],
      "GET /own/sessions": [yes({ sessions: [], next: null })],
      ...script,
    },
  });
}

function flowOf(stage: Stage) {
  const flow = shownPage(stage, "own")?.flow;
  assert.ok(flow);
  return flow;
}

Deno.test("OwnModel is open to whoever is signed in", async () => {
  const stage = await open({ "GET /session": [yes({ ...SYSTEM_SESSION, permissions: [] })] });
  assert.deepEqual(flowOf(stage).factor.state.value, {
    kind: "shown",
    value: FACTOR,
    refusal: null,
  });
});

Deno.test("OwnModel goes on under the new token after a change of password", async () => {
  const renewed = { ...SYSTEM_SESSION, csrfToken: "csrf-2" };
  const stage = await open({
    "GET /own/password-rules": [yes({ lengthMin: 12, classesMin: 3, history: 5, ageDaysMax: 90 })],
    "POST /own/password": [no("access.sign_in_refused"), yes(renewed)],
  });
  const flow = flowOf(stage);
  await flow.deeds.openPassword();
  await flow.deeds.changePassword("wrong", "new");
  assert.equal(flow.sending.refusal.value?.code, "access.sign_in_refused");
  assert.equal(flow.dialog.value?.kind, "password");
  await flow.deeds.changePassword("old", "new");
  assert.equal(flow.dialog.value, null);
  assert.equal(stage.csrf.token, "csrf-2");
});

Deno.test("OwnModel shows the recovery codes once", async () => {
  const recoveryCodes = ["7KQ2-M9XA-3DFT"];
  const stage = await open({
    "POST /own/totp": [yes({ otpauthUrl: "otpauth://totp/x", secret: "JBSW" })],
    "POST /own/totp/confirm": [no("access.wrong_code"), yes({ recoveryCodes })],
  });
  const flow = flowOf(stage);
  await flow.deeds.openTotp();
  await flow.deeds.confirmTotp("000000");
  assert.equal(flow.dialog.value?.kind, "totp");
  await flow.deeds.confirmTotp("123456");
  assert.deepEqual(flow.dialog.value, { kind: "codes", codes: recoveryCodes });
  flow.deeds.close();
  assert.equal(flow.dialog.value, null);
});

Deno.test("OwnModel asks for another text to sign when an answer did not fit", async () => {
  const second = { ...CHALLENGE, id: "challenge-2" };
  const stage = await open({
    "POST /own/certificates/challenges": [yes(CHALLENGE), yes(second)],
    "POST /own/certificates": [no("access.challenge_failed")],
  });
  const flow = flowOf(stage);
  await flow.deeds.openCertificate();
  await flow.deeds.enrolCertificate("PEM", "c2ln");
  assert.deepEqual(flow.dialog.value, { kind: "certificate", challenge: second });
  assert.equal(flow.sending.refusal.value?.code, "access.challenge_failed");
  assert.deepEqual(
    stage.port.asked.find(({ name }) => name === "POST /own/certificates")?.request,
    { body: { pem: "PEM", signature: "c2ln", challengeId: "challenge-1" } },
  );
});

Deno.test("OwnModel signs out with all sessions", async () => {
  const stage = await open({ "POST /own/sessions/end": [yes({ ended: 3 })] });
  const flow = flowOf(stage);
  stage.port.script({ "GET /own/sessions": [no("access.not_authenticated")] });
  flow.deeds.openEndSessions(false);
  await flow.deeds.endSessions();
  await settle();
  assert.equal(stage.console.step.value.kind, "signing_in");
});

Deno.test("OwnModel tells how linking an identity went, and forgets it", async () => {
  const stage = await open({}, "/console/own?sso=linked");
  assert.equal(stage.console.notices.value.length, 1);
  assert.deepEqual(stage.history.addresses, ["/console/own"]);
  assert.equal(flowOf(stage).sessions.state.value.kind, "shown");
});
