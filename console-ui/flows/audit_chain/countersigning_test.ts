import assert from "node:assert/strict";
import { problemText } from "../../i18n/problems.ts";
import { AUDIT_SESSION, CHECKPOINT, GOOD_AUDIT } from "../../testing/audit.ts";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { type Stage, startedStage } from "../../testing/stage.ts";
import type { AuditChainModelInstance } from "./model.ts";

const ADDRESS = "/console/audit-chain/countersigning";
const SIGN = "POST /audit/checkpoints/{number}/countersignatures";
const BODY = { party: "东莞市审计局", publicKey: "PEM", signature: "MEUC" };

async function opened(
  script: Script = {},
  address = ADDRESS,
): Promise<{ stage: Stage; page: AuditChainModelInstance }> {
  const by: Script = { ...GOOD_AUDIT, "GET /session": [yes(AUDIT_SESSION)] };
  const stage = await startedStage({ address, script: { ...by, ...script } });
  await settle();
  const page = shownPage(stage, "audit-chain");
  assert.ok(page);
  return { stage, page: page.flow };
}

function paths({ port }: Stage): readonly unknown[] {
  return port.asked.filter(({ name }) => name.includes("checkpoints")).map(({ request }) =>
    request
  );
}

Deno.test("the newest checkpoint is opened, or the one that the address names", async () => {
  const newest = await opened();
  assert.deepEqual(paths(newest.stage), [{ path: { number: "4821" } }]);
  const named = await opened({}, `${ADDRESS}?number=42`);
  assert.deepEqual(paths(named.stage), [{ path: { number: "42" } }]);
});

Deno.test("what is no number, and no checkpoint, is told so", async () => {
  for (const number of ["0", "x", "../7"]) {
    const { stage, page } = await opened({}, `${ADDRESS}?number=${number}`);
    const state = page.countersigning.checkpoint.state.value;
    assert.equal(state.kind === "failed" && state.refusal.code, "console.no_checkpoint");
    assert.deepEqual(paths(stage), []);
  }
  const { page } = await opened({
    "GET /audit/checkpoints/{number}": [no("audit.not_found")],
  }, `${ADDRESS}?number=9`);
  const state = page.countersigning.checkpoint.state.value;
  assert.equal(state.kind === "failed" && state.refusal.code, "console.no_checkpoint");
});

Deno.test("a signature goes to the checkpoint that is shown, which is read again", async () => {
  const { stage, page } = await opened();
  assert.equal(await page.countersigning.send(BODY), true);
  assert.deepEqual(paths(stage), [
    { path: { number: "4821" } },
    { path: { number: "4821" }, body: BODY },
    { path: { number: "4821" } },
  ]);
});

Deno.test("a checkpoint that is signed stays, though a newer one was made meanwhile", async () => {
  const { at, digest } = CHECKPOINT;
  const newest = (number: number) => {
    const lastCheckpoint = { number, at, digest, countersignedBy: [] };
    return yes({ links: 12, streams: 3, unlinkedEvents: 0, lastCheckpoint });
  };
  const { stage, page } = await opened({ "GET /audit/chain": [newest(4821), newest(4822)] });
  assert.equal(await page.countersigning.send(BODY), true);
  assert.deepEqual(paths(stage).at(-1), { path: { number: "4821" } });
  assert.equal(page.countersigning.number.value, "4821");
});

Deno.test("every refusal of a signature has words of its own", async () => {
  const codes = ["key_unreadable", "signature_unreadable", "own_key", "wrong_signature"];
  const said = new Set<string>();
  for (const code of [...codes, "already_signed", "not_found"]) {
    const { page } = await opened({ [SIGN]: [no(`audit.${code}`)] });
    assert.equal(await page.countersigning.send(BODY), false);
    const { refusal } = page.countersigning.sending;
    assert.ok(refusal.value);
    const text = problemText(refusal.value);
    assert.doesNotMatch(text, /没有做成|审计记录/);
    said.add(text);
  }
  assert.equal(said.size, 6);
});

Deno.test("who may not check or countersign is not shown how", async () => {
  const permissions = AUDIT_SESSION.permissions.filter(({ permission }) =>
    permission === "audit.read"
  );
  const { stage, page } = await opened({
    "GET /session": [yes({ ...AUDIT_SESSION, permissions })],
    "GET /audit/checkpoints/{number}": [yes(CHECKPOINT)],
  });
  assert.deepEqual(page.sides.value, ["state"]);
  assert.equal(page.side.value, "state");
  assert.deepEqual(paths(stage), []);
});
