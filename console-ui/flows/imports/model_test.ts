import assert from "node:assert/strict";
import { shownPage } from "../../testing/open_page.ts";
import { SYSTEM_SESSION } from "../../testing/people.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { type Stage, startedStage } from "../../testing/stage.ts";
import { FILE_BYTES_MAX, type ImportModelInstance } from "./model.ts";

const FILE = { name: "机构.csv", bytes: new Blob(["编码\r\n"]) };
const REPORT = {
  digest: "ab".repeat(32),
  plan: "cd".repeat(32),
  rows: 1,
  created: 1,
  changed: 0,
  unchanged: 0,
  errors: [],
};
const ERRORS = Array.from({ length: 45 }, (_, at) => ({
  line: at + 2,
  column: null,
  code: "columns",
  message: "列数与第一行不同",
}));

async function opened(script: Script): Promise<{ stage: Stage; flow: ImportModelInstance }> {
  const stage = await startedStage({ address: "/console/organisation-import", script });
  const page = shownPage(stage, "organisation-import");
  assert.ok(page);
  return { stage, flow: page.flow };
}

function sentTo({ port }: Stage, wanted: string): unknown[] {
  return port.asked.filter(({ name }) => name === wanted).map(({ request }) => request);
}

Deno.test("ImportModel imports the bytes that were checked, under their digests", async () => {
  const { stage, flow } = await opened({
    "POST /organisations/import/check": [yes(REPORT)],
    "POST /organisations/import": [yes(REPORT)],
  });
  await flow.check(FILE);
  await flow.apply();
  assert.equal(flow.step.value.kind, "done");
  const { digest, plan } = REPORT;
  assert.deepEqual(sentTo(stage, "POST /organisations/import"), [
    { file: FILE.bytes, query: { digest, plan } },
  ]);
});

Deno.test("ImportModel pages through every error, and imports nothing with one", async () => {
  const { stage, flow } = await opened({
    "POST /organisations/import/check": [yes({ ...REPORT, errors: ERRORS })],
  });
  await flow.check(FILE);
  const step = flow.step.value;
  assert.ok(step.kind === "checked");
  const lines: number[] = [];
  for (let page = 0; page < 3; page++) {
    const { state } = step.errors;
    if (state.value.kind === "listed") lines.push(...state.value.page.rows.map(({ line }) => line));
    await step.errors.next();
  }
  assert.deepEqual(lines, ERRORS.map(({ line }) => line));
  await flow.apply();
  assert.deepEqual(sentTo(stage, "POST /organisations/import"), []);
});

Deno.test("ImportModel asks for a check again when nobody knows what became of an import", async () => {
  const { flow } = await opened({
    "POST /organisations/import/check": [yes(REPORT), yes({ ...REPORT, created: 0, unchanged: 1 })],
    "POST /organisations/import": [no("console.outcome_unknown")],
  });
  await flow.check(FILE);
  await flow.apply();
  const unknown = flow.step.value;
  assert.ok(unknown.kind === "unknown");
  await flow.check(unknown.file);
  const checked = flow.step.value;
  assert.ok(checked.kind === "checked" && checked.report.unchanged === 1);
});

Deno.test("ImportModel begins anew when the file is not what was checked", async () => {
  const { flow } = await opened({
    "POST /organisations/import/check": [yes(REPORT)],
    "POST /organisations/import": [no("access.import_differs")],
  });
  await flow.check(FILE);
  await flow.apply();
  assert.equal(flow.step.value.kind, "choosing");
  assert.equal(flow.sending.refusal.value?.code, "access.import_differs");
});

Deno.test("ImportModel sends no file that is missing or too large", async () => {
  const { stage, flow } = await opened({});
  await flow.check(null);
  assert.equal(flow.sending.refusal.value?.code, "console.no_file");
  await flow.check({ name: "big.csv", bytes: new Blob([new Uint8Array(FILE_BYTES_MAX + 1)]) });
  assert.equal(flow.sending.refusal.value?.code, "access.too_large");
  assert.deepEqual(sentTo(stage, "POST /organisations/import/check"), []);
});

Deno.test("ImportModel checks a register of terminals by the routes of terminals", async () => {
  const permissions = [{ permission: "terminal.change", title: "登记、导入终端" }];
  const stage = await startedStage({
    address: "/console/terminal-import",
    script: {
      "GET /session": [yes({ ...SYSTEM_SESSION, permissions })],
      "POST /terminals/import/check": [yes(REPORT)],
      "POST /terminals/import": [yes(REPORT)],
    },
  });
  const flow = shownPage(stage, "terminal-import")?.flow;
  await flow?.check(FILE);
  await flow?.apply();
  assert.equal(flow?.step.value.kind, "done");
  assert.equal(sentTo(stage, "POST /terminals/import").length, 1);
});
