import assert from "node:assert/strict";
import { settle } from "../../testing/manual_timers.ts";
import { SYSTEM_SESSION } from "../../testing/people.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { SIGNED_OUT_SCRIPT, type Stage, startedStage } from "../../testing/stage.ts";
import type { SignInModelInstance } from "./model.ts";

const SIGNED_IN = { step: "signed_in", session: SYSTEM_SESSION } as const;
const RULES = { lengthMin: 12, classesMin: 3, history: 5, ageDaysMax: 90 };
const CHALLENGE = { id: "c-1", text: "sign this", expiresAt: "2026-11-22T09:02:00.000Z" };

interface Entrance {
  readonly stage: Stage;
  readonly flow: SignInModelInstance;
}

async function atEntrance(script: Script, address?: string): Promise<Entrance> {
  const stage = await startedStage({
    script: { ...SIGNED_OUT_SCRIPT, ...script },
    ...(address !== undefined && { address }),
  });
  const step = stage.console.step.value;
  assert.ok(step.kind === "signing_in");
  return { stage, flow: step.flow };
}

function bodiesOf({ port }: Stage, name: string): unknown[] {
  return port.asked.filter((each) => each.name === name)
    .map(({ request }) => (request as { body?: unknown }).body);
}

Deno.test("SignInModel lets in with a password where no second factor is needed", async () => {
  const { stage, flow } = await atEntrance({ "POST /sign-in": [yes(SIGNED_IN)] });
  await flow.enter("chen.wei", " secret ");
  assert.equal(stage.console.step.value.kind, "signed_in");
  assert.deepEqual(bodiesOf(stage, "POST /sign-in"), [{ login: "chen.wei", password: " secret " }]);
});

Deno.test("SignInModel shows a refusal where it was asked, and lets try again", async () => {
  const { stage, flow } = await atEntrance({
    "POST /sign-in": [no("access.sign_in_refused"), no("console.no_answer"), yes(SIGNED_IN)],
  });
  for (const code of ["access.sign_in_refused", "console.no_answer"]) {
    await flow.enter("chen.wei", "wrong");
    const { kind, busy, refusal } = flow.step.value;
    assert.deepEqual([kind, busy, refusal?.code], ["password", false, code]);
  }
  await flow.enter("chen.wei", "right");
  assert.equal(stage.console.step.value.kind, "signed_in");
});

Deno.test("SignInModel sends once while an answer is under way", async () => {
  const { stage, flow } = await atEntrance({ "POST /sign-in": ["never"] });
  void flow.enter("chen.wei", "one");
  void flow.enter("chen.wei", "two");
  await settle();
  assert.equal(bodiesOf(stage, "POST /sign-in").length, 1);
  assert.ok(flow.step.value.busy);
});

Deno.test("SignInModel has a one-time password changed, then asks for the second factor", async () => {
  const { stage, flow } = await atEntrance({
    "POST /sign-in": [yes({ step: "password_change", why: "one_time", rules: RULES })],
    "POST /sign-in/password": [
      no("access.weak_password", "too_short"),
      yes({ step: "second_factor", options: ["totp", "recovery_code"] }),
    ],
    "POST /sign-in/second-factor": [yes(SIGNED_IN)],
  });
  await flow.enter("chen.wei", "one-time");
  await flow.changePassword("short");
  const weak = flow.step.value;
  assert.ok(weak.kind === "password_change" && weak.refusal?.detail === "too_short");
  await flow.changePassword("Long enough 2026");
  assert.equal(flow.step.value.kind, "second_factor");
  await flow.prove("123456");
  assert.equal(stage.console.step.value.kind, "signed_in");
  assert.deepEqual(bodiesOf(stage, "POST /sign-in/second-factor"), [
    { kind: "totp", code: "123456" },
  ]);
});

Deno.test("SignInModel shows recovery codes before it goes on, and only then", async () => {
  const { stage, flow } = await atEntrance({
    "POST /sign-in": [yes({ step: "second_factor_enrolment" })],
    "POST /sign-in/totp": [yes({ otpauthUrl: "otpauth://x", secret: "JBSW" })],
    "POST /sign-in/totp/confirm": [
      no("access.wrong_code"),
      yes({ recoveryCodes: ["a", "b"], next: SIGNED_IN }),
    ],
  });
  await flow.enter("chen.wei", "…");
  await flow.confirmTotp("000000");
  const wrong = flow.step.value;
  assert.ok(wrong.kind === "enrolment" && wrong.totp?.secret === "JBSW");
  assert.equal(wrong.refusal?.code, "access.wrong_code");
  await flow.confirmTotp("123456");
  const shown = flow.step.value;
  assert.ok(shown.kind === "recovery_codes");
  assert.deepEqual(shown.codes, ["a", "b"]);
  flow.kept();
  await settle();
  assert.equal(stage.console.step.value.kind, "signed_in");
});

Deno.test("SignInModel has a challenge signed by the certificate's key", async () => {
  const { stage, flow } = await atEntrance({
    "POST /sign-in": [yes({ step: "second_factor", options: ["totp", "certificate"] })],
    "POST /sign-in/certificate-challenge": [no("console.no_answer"), yes(CHALLENGE)],
    "POST /sign-in/second-factor": [yes(SIGNED_IN)],
  });
  await flow.enter("chen.wei", "…");
  await flow.choose("certificate");
  await flow.prove("signature without a challenge");
  assert.deepEqual(bodiesOf(stage, "POST /sign-in/second-factor"), []);
  await flow.choose("certificate");
  await flow.prove("3045…");
  assert.deepEqual(bodiesOf(stage, "POST /sign-in/second-factor"), [
    { kind: "certificate", challengeId: "c-1", signature: "3045…" },
  ]);
  assert.equal(stage.console.step.value.kind, "signed_in");
});

Deno.test("SignInModel begins anew when the attempt is over", async () => {
  const { flow } = await atEntrance({
    "POST /sign-in": [yes({ step: "second_factor", options: ["totp"] })],
    "POST /sign-in/second-factor": [no("access.sign_in_over")],
  });
  await flow.enter("chen.wei", "…");
  await flow.prove("123456");
  const { kind, refusal } = flow.step.value;
  assert.deepEqual([kind, refusal?.code], ["password", "access.sign_in_over"]);
});

Deno.test("SignInModel goes on after a provider of single sign-on, R-INT-05", async () => {
  const { stage, flow } = await atEntrance(
    {},
    "/console/audit?sso=second_factor&options=certificate.totp.eye",
  );
  const step = flow.step.value;
  assert.ok(step.kind === "second_factor");
  assert.deepEqual(step.choice.options, ["totp", "certificate"]);
  assert.deepEqual(stage.history.addresses, ["/console/audit"]);
});

Deno.test("SignInModel has who comes by single sign-on bind an authenticator, R-INT-05", async () => {
  const totp = { otpauthUrl: "otpauth://totp/x", secret: "JBSWY3DP" };
  const { flow } = await atEntrance(
    { "POST /sign-in/totp": [yes(totp)] },
    "/console/?sso=second_factor_enrolment",
  );
  const step = flow.step.value;
  assert.ok(step.kind === "enrolment");
  assert.deepEqual(step.totp, totp);
});

Deno.test("SignInModel asks for a password after what no provider says", async () => {
  for (const query of ["sso=second_factor&options=eye", "sso=second_factor", "sso=root"]) {
    const { flow } = await atEntrance({}, `/console/?${query}`);
    assert.equal(flow.step.value.kind, "password", query);
  }
});

Deno.test("SignInModel says when single sign-on did not let in", async () => {
  for (const outcome of ["refused", "unavailable"]) {
    const { flow } = await atEntrance({}, `/console/?sso=${outcome}`);
    assert.equal(flow.step.value.refusal?.code, `console.sso_${outcome}`);
  }
});

Deno.test("SignInModel offers the providers there are, and none when they cannot be had", async () => {
  const provider = { provider: "oidc", title: "统一认证", startUrl: "/start" } as const;
  const { flow } = await atEntrance({ "GET /sso/providers": [yes({ providers: [provider] })] });
  const step = flow.step.value;
  assert.ok(step.kind === "password");
  assert.deepEqual(step.providers, [provider]);
  const { flow: alone } = await atEntrance({ "GET /sso/providers": [no("console.no_answer")] });
  assert.equal(alone.step.value.refusal, null);
});
