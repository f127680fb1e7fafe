import assert from "node:assert/strict";
import {
  AUDIT_SESSION,
  GOOD_AUDIT,
  pack,
  PACK_CLAUSES,
  RUNNING_PACK,
} from "../../testing/audit.ts";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { type Stage, startedStage } from "../../testing/stage.ts";
import { valueOf } from "../loaded.ts";
import { WATCH_MS } from "../watch.ts";
import type { EvidencePacksModelInstance } from "./model.ts";

async function opened(
  script: Script = {},
): Promise<{ stage: Stage; flow: EvidencePacksModelInstance }> {
  const by: Script = { ...GOOD_AUDIT, "GET /session": [yes(AUDIT_SESSION)] };
  const stage = await startedStage({
    address: "/console/evidence-packs",
    script: { ...by, ...script },
  });
  await settle();
  const page = shownPage(stage, "evidence-packs");
  assert.ok(page);
  return { stage, flow: page.flow };
}

function looks({ port }: Stage): number {
  return port.asked.filter(({ name }) => name === "GET /compliance/packs").length;
}

Deno.test("EvidencePacksModel watches a pack until it is made", async () => {
  const { stage, flow } = await opened({
    "GET /compliance/packs": [
      yes({ packs: [RUNNING_PACK], next: null }),
      no("console.no_answer"),
      yes({ packs: [pack()], next: null }),
    ],
  });
  await stage.timers.advance(10 * WATCH_MS);
  assert.equal(looks(stage), 3);
  const state = flow.list.state.value;
  assert.ok(state.kind === "listed" && state.page.rows[0]?.state === "made");
});

Deno.test("EvidencePacksModel sends the same pack again when nobody knows of the first", async () => {
  const { stage, flow } = await opened({
    "GET /compliance/packs": [yes({ packs: [], next: null })],
    "POST /compliance/packs": [no("console.outcome_unknown"), yes(RUNNING_PACK)],
  });
  flow.openForm();
  const form = flow.form.value;
  assert.ok(form);
  assert.deepEqual([form.from, form.to], ["2026-08-24", "2026-11-22"]);
  await flow.start({ from: form.from, to: form.to });
  assert.equal(flow.form.value, form);
  await flow.start({ from: form.from, to: form.to });
  assert.equal(flow.form.value, null);
  const sent = stage.port.asked.filter(({ name }) => name === "POST /compliance/packs");
  const body = { id: form.id, profile: "mlps3", from: form.from, to: form.to };
  assert.deepEqual(sent.map(({ request }) => request), [{ body }, { body }]);
});

Deno.test("EvidencePacksModel shows what a pack says of each clause, all or of one verdict", async () => {
  const { stage, flow } = await opened();
  stage.console.go({ section: "evidence-packs", id: PACK_CLAUSES.pack.id });
  await settle();
  assert.equal(valueOf(flow.clauses)?.clauses.length, PACK_CLAUSES.clauses.length);
  stage.console.go({
    section: "evidence-packs",
    id: PACK_CLAUSES.pack.id,
    query: { verdict: "unmet" },
  });
  await settle();
  assert.equal(flow.only.value, "unmet");
  const asked = stage.port.asked.filter(({ name }) => name.endsWith("/clauses"));
  assert.deepEqual(asked.map(({ request }) => request), [{ path: { id: PACK_CLAUSES.pack.id } }]);
});

Deno.test("EvidencePacksModel hands over the file, or says why there is none", async () => {
  const { flow } = await opened({
    "GET /compliance/packs/{id}/file": [yes(new Blob(["PK"])), no("compliance.not_made")],
  });
  assert.equal((await flow.fetch(pack()))?.size, 2);
  assert.equal(await flow.fetch(pack()), null);
  assert.equal(flow.doing.refusal.value?.code, "compliance.not_made");
  assert.equal(flow.fetching.value, null);
});
