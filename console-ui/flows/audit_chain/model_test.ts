import assert from "node:assert/strict";
import { ARCHIVES, AUDIT_SESSION, GOOD_AUDIT } from "../../testing/audit.ts";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { no, type Script, yes } from "../../testing/scripted_port.ts";
import { type Stage, startedStage } from "../../testing/stage.ts";
import type { AuditChainModelInstance } from "./model.ts";

async function opened(
  script: Script = {},
): Promise<{ stage: Stage; flow: AuditChainModelInstance }> {
  const by: Script = { ...GOOD_AUDIT, "GET /session": [yes(AUDIT_SESSION)] };
  const stage = await startedStage({
    address: "/console/audit-chain",
    script: { ...by, ...script },
  });
  await settle();
  const page = shownPage(stage, "audit-chain");
  assert.ok(page);
  return { stage, flow: page.flow };
}

Deno.test("AuditChainModel has a second person confirm, and nobody delete too early", async () => {
  const { flow } = await opened();
  assert.deepEqual(
    Object.fromEntries(ARCHIVES.map((each) => [each.month, flow.deedsFor(each)])),
    {
      "2026-04": [],
      "2026-03": ["request"],
      "2026-02": ["confirm", "withdraw"],
      "2026-01": ["withdraw"],
      "2025-12": [],
    },
  );
});

Deno.test("AuditChainModel offers no deletion to who may only read", async () => {
  const permissions = AUDIT_SESSION.permissions.filter(({ permission }) =>
    permission !== "audit.delete"
  );
  const { flow } = await opened({ "GET /session": [yes({ ...AUDIT_SESSION, permissions })] });
  assert.deepEqual(ARCHIVES.flatMap((each) => flow.deedsFor(each)), []);
});

Deno.test("AuditChainModel asks for a deletion with its reason, once", async () => {
  const { stage, flow } = await opened();
  flow.ask({ deed: "request", month: "2026-03" });
  await Promise.all([flow.send("磁盘扩容"), flow.send("磁盘扩容")]);
  const sent = stage.port.asked.filter(({ name }) => name.startsWith("POST"));
  assert.deepEqual(sent, [{
    name: "POST /audit/archives/{month}/deletion",
    request: { path: { month: "2026-03" }, body: { reason: "磁盘扩容" } },
  }]);
  assert.equal(flow.asked.value, null);
});

Deno.test("AuditChainModel shows what has become of a deletion that was refused", async () => {
  const { stage, flow } = await opened({
    "POST /audit/archives/{month}/deletion/confirmation": [no("audit.wrong_state")],
  });
  flow.ask({ deed: "confirm", month: "2026-02" });
  await flow.send("");
  assert.equal(flow.sending.refusal.value?.code, "audit.wrong_state");
  assert.equal(stage.port.asked.at(-1)?.name, "GET /audit/archives");
});
