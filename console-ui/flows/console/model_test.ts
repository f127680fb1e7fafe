import assert from "node:assert/strict";
import { CHECKED, FOUND_BROKEN, GOOD_AUDIT, GUARD_SESSION } from "../../testing/audit.ts";
import { settle } from "../../testing/manual_timers.ts";
import { ACCOUNTS, BUSINESS_SESSION, SYSTEM_SESSION } from "../../testing/people.ts";
import { no, yes } from "../../testing/scripted_port.ts";
import { SIGNED_OUT_SCRIPT, type Stage, startedStage } from "../../testing/stage.ts";
import { NOTICE_MS } from "./model.ts";
import { LOOK_MS_MIN } from "./row_alarms.ts";

const SIGNED_IN = { step: "signed_in", session: SYSTEM_SESSION } as const;
const TOTP_STATE = {
  totpEnrolledAt: "2026-11-01T00:00:00.000Z",
  recoveryCodesLeft: 0,
  certificates: 0,
  required: true,
};

function pageKind({ console }: Stage): string {
  const step = console.step.value;
  return step.kind === "signed_in" ? step.page.kind : step.kind;
}

async function signInAgain({ console, port }: Stage): Promise<void> {
  const step = console.step.value;
  assert.ok(step.kind === "signing_in");
  port.script({ "POST /sign-in": [yes(SIGNED_IN)] });
  await step.flow.enter("chen.wei", "…");
}

Deno.test("ConsoleModel opens the page of the address for who is signed in", async () => {
  const stage = await startedStage({ address: "/console/accounts?login=li" });
  assert.equal(pageKind(stage), "accounts");
  assert.equal(stage.csrf.token, SYSTEM_SESSION.csrfToken);
  assert.deepEqual(stage.port.asked.at(-1)?.request, { query: { login: "li" } });
});

Deno.test("ConsoleModel rids the address of what single sign-on said, R-INT-05", async () => {
  const stage = await startedStage({ address: "/console/accounts?sso=signed_in&options=totp" });
  assert.equal(pageKind(stage), "accounts");
  assert.deepEqual(stage.history.addresses, ["/console/accounts"]);
  assert.deepEqual(stage.port.asked.at(-1)?.request, { query: {} });
});

Deno.test("ConsoleModel tells of changed rows on every page, to those who may know", async () => {
  const stage = await startedStage({
    address: "/console/sessions",
    script: {
      ...GOOD_AUDIT,
      "GET /session": [yes(GUARD_SESSION)],
      "GET /protection/integrity": [yes(FOUND_BROKEN), yes(CHECKED)],
    },
  });
  assert.equal(stage.console.alarms.value, 2, "a row found twice counts once");
  stage.console.go({ section: "policies" });
  await settle();
  assert.ok(stage.console.alarms.value > 0, "not asked again at every step");
  await stage.timers.advance(LOOK_MS_MIN);
  stage.console.go({ section: "sessions" });
  await settle();
  assert.equal(stage.console.alarms.value, 0);
  const others = await startedStage({ address: "/console/accounts" });
  assert.ok(others.port.asked.every(({ name }) => name !== "GET /protection/integrity"));
});

Deno.test("ConsoleModel keeps the place over the end of a session", async () => {
  const stage = await startedStage({ address: "/console/accounts?login=li" });
  stage.port.script({ "GET /accounts": [no("access.not_authenticated")] });
  stage.console.go({ section: "accounts", query: { login: "wu" } });
  await settle();
  const ended = stage.console.step.value;
  assert.ok(ended.kind === "signing_in" && ended.ended);
  assert.equal(stage.csrf.token, null);
  stage.port.script({ "GET /accounts": [yes({ accounts: [...ACCOUNTS], next: null })] });
  await signInAgain(stage);
  assert.equal(pageKind(stage), "accounts");
  assert.deepEqual(stage.console.place.value.query, { login: "wu" });
});

Deno.test("ConsoleModel shows nothing of a session longer than the platform keeps it", async () => {
  const stage = await startedStage({ address: "/console/accounts" });
  const idleMs = SYSTEM_SESSION.idleSecondsMax * 1_000;
  await stage.timers.advance(idleMs - 1);
  stage.console.go({ section: "accounts", query: { login: "li" } });
  await settle();
  await stage.timers.advance(idleMs - 1);
  assert.equal(pageKind(stage), "accounts");
  await stage.timers.advance(1);
  const ended = stage.console.step.value;
  assert.ok(ended.kind === "signing_in" && ended.ended);
});

Deno.test("ConsoleModel does not take an unanswered request for a sign of life", async () => {
  const stage = await startedStage({ address: "/console/accounts" });
  const idleMs = SYSTEM_SESSION.idleSecondsMax * 1_000;
  await stage.timers.advance(idleMs - 1);
  stage.port.script({ "GET /accounts": [no("console.no_answer")] });
  stage.console.go({ section: "accounts", query: { login: "li" } });
  await settle();
  assert.equal(stage.console.reached.value, false);
  await stage.timers.advance(1);
  assert.equal(pageKind(stage), "signing_in");
});

Deno.test("ConsoleModel tells a page that is closed from one that is not there", async () => {
  const stage = await startedStage({
    address: "/console/accounts",
    script: { "GET /session": [yes(BUSINESS_SESSION)] },
  });
  assert.equal(pageKind(stage), "forbidden");
  assert.equal(stage.port.asked.some(({ name }) => name === "GET /accounts"), false);
  stage.console.go({ section: "nowhere" });
  assert.equal(pageKind(stage), "unknown");
  stage.console.go({ section: "" });
  assert.equal(pageKind(stage), "home");
});

Deno.test("ConsoleModel asks for password and factor, then makes the request again", async () => {
  const renewed = { ...SYSTEM_SESSION, csrfToken: "csrf-2" };
  const stage = await startedStage({
    address: "/console/accounts",
    script: {
      "GET /accounts": [
        no("access.reauthentication_needed"),
        yes({ accounts: [...ACCOUNTS], next: null }),
      ],
      "GET /own/second-factor": [yes(TOTP_STATE)],
      "POST /session/confirm": [no("access.wrong_code"), yes(renewed)],
    },
  });
  const flow = stage.console.confirming.value;
  assert.ok(flow);
  await flow.confirm("password", "000000");
  const wrong = flow.step.value;
  assert.ok(wrong.kind === "asking" && wrong.refusal?.code === "access.wrong_code");
  await flow.confirm("password", "123456");
  await settle();
  assert.equal(stage.console.confirming.value, null);
  assert.equal(stage.csrf.token, "csrf-2");
  const step = stage.console.step.value;
  assert.ok(step.kind === "signed_in" && step.page.kind === "accounts");
  assert.equal(step.page.flow.list.state.value.kind, "listed");
  assert.deepEqual(
    stage.port.asked.filter(({ name }) => name === "POST /session/confirm")
      .map(({ request }) => request),
    ["000000", "123456"].map((code) => ({
      body: { password: "password", factor: { kind: "totp", code } },
    })),
  );
});

Deno.test("ConsoleModel leaves a dangerous request undone when nobody confirms it", async () => {
  const stage = await startedStage({
    address: "/console/accounts",
    script: {
      "GET /accounts": [no("access.reauthentication_needed")],
      "GET /own/second-factor": [yes({ ...TOTP_STATE, totpEnrolledAt: null })],
    },
  });
  const asking = stage.console.confirming.value?.step.value;
  assert.ok(asking?.kind === "asking" && asking.choice === null);
  stage.console.confirming.value?.cancel();
  await settle();
  assert.equal(stage.console.confirming.value, null);
  assert.equal(stage.port.asked.filter(({ name }) => name === "GET /accounts").length, 1);
});

Deno.test("ConsoleModel closes the question with the session that was asked", async () => {
  const stage = await startedStage({
    address: "/console/accounts",
    script: {
      "GET /accounts": [no("access.reauthentication_needed")],
      "GET /own/second-factor": [no("access.not_authenticated")],
    },
  });
  assert.equal(stage.console.confirming.value, null);
  assert.equal(pageKind(stage), "signing_in");
});

Deno.test("ConsoleModel signs out, and says so when it could not", async () => {
  const stage = await startedStage();
  stage.port.script({ "POST /session/end": [no("console.no_answer"), yes(null)] });
  await stage.console.signOut();
  assert.equal(pageKind(stage), "home");
  assert.equal(stage.console.notices.value.length, 1);
  await stage.console.signOut();
  const out = stage.console.step.value;
  assert.ok(out.kind === "signing_in" && !out.ended);
});

Deno.test("ConsoleModel starts again when the platform could not be reached", async () => {
  const stage = await startedStage({
    script: { "GET /session": [no("console.no_answer"), no("access.not_authenticated")] },
  });
  assert.equal(pageKind(stage), "unreachable");
  await stage.console.start();
  assert.equal(pageKind(stage), "signing_in");
});

Deno.test("ConsoleModel follows the browser's way back", async () => {
  const stage = await startedStage();
  stage.console.go({ section: "accounts" });
  stage.history.back();
  assert.equal(pageKind(stage), "home");
});

Deno.test("ConsoleModel takes a notice away after a while, or when it was read", async () => {
  const stage = await startedStage({ script: SIGNED_OUT_SCRIPT });
  stage.console.notify("one");
  stage.console.notify("two");
  const [first] = stage.console.notices.value;
  assert.ok(first);
  stage.console.dismiss(first);
  assert.deepEqual(stage.console.notices.value.map(({ text }) => text), ["two"]);
  await stage.timers.advance(NOTICE_MS);
  assert.deepEqual(stage.console.notices.value, []);
});
