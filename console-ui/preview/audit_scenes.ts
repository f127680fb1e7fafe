import {
  ARCHIVES,
  AUDIT_SESSION,
  auditEvent,
  BROKEN_CHECK,
  check,
  CHECKING,
  CHECKPOINT,
  DONE_EXPORT,
  exportView,
  FOUND_BROKEN,
  GOOD_AUDIT,
  GUARD_SESSION,
  KEEPER_SESSION,
  ORDER_ID,
  pack,
  PACK_CLAUSES,
  PAID_EVENT,
  POLICY_EVENT,
  policyFields,
  RUNNING_CHECK,
  SEARCHED,
} from "../testing/audit.ts";
import { shownPage } from "../testing/open_page.ts";
import { BUSINESS_SESSION } from "../testing/people.ts";
import { accountOf, HOSTILE_NAMES } from "../testing/rights.ts";
import { no, type Script, yes } from "../testing/scripted_port.ts";
import type { Stage } from "../testing/stage.ts";
import type { Scene } from "./scene.ts";

const BY_AUDITOR: Script = { ...GOOD_AUDIT, "GET /session": [yes(AUDIT_SESSION)] };
const BY_GUARD: Script = { ...GOOD_AUDIT, "GET /session": [yes(GUARD_SESSION)] };
const BY_KEEPER: Script = {
  ...GOOD_AUDIT,
  "GET /session": [yes(KEEPER_SESSION)],
  "GET /accounts/{id}": [yes(accountOf("report.agent"))],
};

const AT_CHECK = `/console/audit-chain/checks?run=${check().id}`;
const AT_CHECKPOINT = "/console/audit-chain/countersigning";
const AT_PROGRAM = "/console/programs/id-of-report.agent";

function byAuditor(address: string, script: Script = {}): Scene {
  return { address, script: { ...BY_AUDITOR, ...script } };
}

function byGuard(address: string, script: Script = {}): Scene {
  return { address, script: { ...BY_GUARD, ...script } };
}

async function startExport(stage: Stage): Promise<void> {
  const exporting = shownPage(stage, "audit")?.flow.exporting;
  exporting?.open();
  await exporting?.start("csv");
}

/** What came from outside into the trail: the worst of it. */
const HOSTILE_EVENTS = HOSTILE_NAMES.map((name, number) =>
  auditEvent({
    id: `id-of-hostile-${number}`,
    organisationName: name,
    actor: { kind: "nobody", id: null, name, sessionId: null, address: name },
    reason: name,
    fields: [{ name: "login", title: "登录名", value: name }],
    changes: [{ name, before: name, after: name }],
    objectId: name,
  })
);

export const AUDIT_SCENES: Readonly<Record<string, Scene>> = {
  "audit": byAuditor("/console/audit"),
  "audit-loading": byAuditor("/console/audit", { "POST /audit/search": ["never"] }),
  "audit-empty": byAuditor("/console/audit?text=zz", {
    "POST /audit/search": [yes({ events: [], next: null, ...SEARCHED })],
  }),
  "audit-too-wide": byAuditor("/console/audit", {
    "POST /audit/search": [no("audit.too_wide")],
  }),
  "audit-forbidden": {
    address: "/console/audit",
    script: { "GET /session": [yes(BUSINESS_SESSION)] },
  },
  "audit-followed": byAuditor(`/console/audit?from=2026-11-01&orderId=${ORDER_ID}`, {
    "POST /audit/search": [yes({ events: [PAID_EVENT], next: null, ...SEARCHED })],
  }),
  "audit-patient": {
    ...byAuditor("/console/audit"),
    act: (stage) => {
      shownPage(stage, "audit")?.flow.search({ patientIdNumber: "11010519491231002X" });
    },
  },
  "audit-event": byAuditor(`/console/audit/${POLICY_EVENT.id}`),
  "audit-event-paid": byAuditor(`/console/audit/${PAID_EVENT.id}`, {
    "GET /audit/events/{id}": [yes(PAID_EVENT)],
  }),
  "audit-event-failed": byAuditor("/console/audit/gone", {
    "GET /audit/events/{id}": [no("audit.not_found")],
  }),
  "audit-hostile": byAuditor("/console/audit", {
    "POST /audit/search": [yes({ events: [...HOSTILE_EVENTS], next: null, ...SEARCHED })],
  }),
  "audit-hostile-event": byAuditor("/console/audit/hostile", {
    "POST /audit/search": [yes({ events: [...HOSTILE_EVENTS], next: null, ...SEARCHED })],
    "GET /audit/events/{id}": [yes(HOSTILE_EVENTS[0] ?? POLICY_EVENT)],
  }),
  "audit-export": {
    ...byAuditor("/console/audit"),
    act: (stage) => shownPage(stage, "audit")?.flow.exporting.open(),
  },
  "audit-export-ready": { ...byAuditor("/console/audit"), act: startExport },
  "audit-export-running": {
    ...byAuditor("/console/audit", {
      "POST /audit/exports": [yes(exportView({ state: "running", rows: 41_000, progress: 0.33 }))],
    }),
    act: async (stage) => {
      await startExport(stage);
      shownPage(stage, "audit")?.flow.exporting.fetching();
    },
  },
  "audit-export-done": {
    ...byAuditor("/console/audit", { "POST /audit/exports": [yes(DONE_EXPORT)] }),
    act: async (stage) => {
      await startExport(stage);
      shownPage(stage, "audit")?.flow.exporting.fetching();
    },
  },
  "audit-chain": byAuditor("/console/audit-chain"),
  "audit-chain-new": byAuditor("/console/audit-chain", {
    "GET /audit/chain": [
      yes({ links: 0, streams: 0, unlinkedEvents: 12, lastCheckpoint: null }),
    ],
    "GET /audit/archives": [yes({ archives: [] })],
  }),
  "audit-chain-failed": byAuditor("/console/audit-chain", {
    "GET /audit/chain": [no("console.no_answer")],
    "GET /audit/archives": [no("platform.defect")],
  }),
  "audit-checks": byAuditor("/console/audit-chain/checks"),
  "audit-checks-under-way": byAuditor("/console/audit-chain/checks", {
    "GET /audit/verifications": [yes({ runs: [RUNNING_CHECK, check()], next: check().id })],
  }),
  "audit-checks-empty": byAuditor("/console/audit-chain/checks", {
    "GET /audit/verifications": [yes({ runs: [], next: null })],
  }),
  "audit-checks-failed": byAuditor("/console/audit-chain/checks", {
    "GET /audit/verifications": [no("platform.defect")],
  }),
  "audit-check-form": {
    ...byAuditor("/console/audit-chain/checks"),
    act: (stage) => shownPage(stage, "audit-chain")?.flow.checks.openForm(),
  },
  "audit-check-refused": {
    ...byAuditor("/console/audit-chain/checks", {
      "POST /audit/verifications": [no("audit.verify_running")],
    }),
    act: async (stage) => {
      const checks = shownPage(stage, "audit-chain")?.flow.checks;
      checks?.openForm();
      await checks?.start({});
    },
  },
  "audit-check-running": byAuditor(AT_CHECK, {
    "GET /audit/verifications/{id}": [yes(RUNNING_CHECK)],
  }),
  "audit-check-intact": byAuditor(AT_CHECK),
  "audit-check-broken": byAuditor(AT_CHECK, {
    "GET /audit/verifications/{id}": [yes(BROKEN_CHECK)],
  }),
  "audit-check-interrupted": byAuditor(AT_CHECK, {
    "GET /audit/verifications/{id}": [yes(check({ state: "interrupted", verdict: null }))],
  }),
  "countersigning": byAuditor(AT_CHECKPOINT),
  "countersigning-not-signed": byAuditor(`${AT_CHECKPOINT}?number=4820`, {
    "GET /audit/checkpoints/{number}": [yes({ ...CHECKPOINT, countersignatures: [] })],
  }),
  "countersigning-no-checkpoint": byAuditor(`${AT_CHECKPOINT}?number=99`, {
    "GET /audit/checkpoints/{number}": [no("audit.not_found")],
  }),
  "countersigning-refused": {
    ...byAuditor(AT_CHECKPOINT, {
      "POST /audit/checkpoints/{number}/countersignatures": [no("audit.own_key")],
    }),
    act: async (stage) => {
      const body = { party: "东莞市审计局", publicKey: "PEM", signature: "MEUC" };
      await shownPage(stage, "audit-chain")?.flow.countersigning.send(body);
    },
  },
  "audit-deletion": {
    ...byAuditor("/console/audit-chain"),
    act: (stage) =>
      shownPage(stage, "audit-chain")?.flow.ask({ deed: "request", month: "2026-03" }),
  },
  "audit-deletion-same-person": {
    ...byAuditor("/console/audit-chain", {
      "POST /audit/archives/{month}/deletion/confirmation": [no("audit.same_person")],
    }),
    act: async (stage) => {
      const flow = shownPage(stage, "audit-chain")?.flow;
      flow?.ask({ deed: "confirm", month: ARCHIVES[2]?.month ?? "" });
      await flow?.send("");
    },
  },
  "evidence-packs": byAuditor("/console/evidence-packs"),
  "pack-clauses": byAuditor(`/console/evidence-packs/${PACK_CLAUSES.pack.id}`),
  "pack-clauses-one-verdict": byAuditor(
    `/console/evidence-packs/${PACK_CLAUSES.pack.id}?verdict=unmet`,
  ),
  "pack-clauses-none": byAuditor(`/console/evidence-packs/${PACK_CLAUSES.pack.id}`, {
    "GET /compliance/packs/{id}/clauses": [no("compliance.not_made")],
  }),
  "row-alarms": byGuard("/console/sessions", {
    "GET /protection/integrity": [yes(FOUND_BROKEN)],
  }),
  "evidence-packs-empty": byAuditor("/console/evidence-packs", {
    "GET /compliance/packs": [yes({ packs: [], next: null })],
  }),
  "evidence-packs-failed": byAuditor("/console/evidence-packs", {
    "GET /compliance/packs": [no("platform.defect")],
  }),
  "evidence-pack-form": {
    ...byAuditor("/console/evidence-packs"),
    act: (stage) => shownPage(stage, "evidence-packs")?.flow.openForm(),
  },
  "evidence-pack-unknown": {
    ...byAuditor("/console/evidence-packs", {
      "POST /compliance/packs": [no("console.outcome_unknown")],
    }),
    act: async (stage) => {
      const flow = shownPage(stage, "evidence-packs")?.flow;
      flow?.openForm();
      await flow?.start({ from: "2026-08-24", to: "2026-11-22" });
    },
  },
  "evidence-pack-gone": {
    ...byAuditor("/console/evidence-packs", {
      "GET /compliance/packs/{id}/file": [no("compliance.not_made")],
    }),
    act: async (stage) => {
      await shownPage(stage, "evidence-packs")?.flow.fetch(pack());
    },
  },
  "policies": byGuard("/console/policies"),
  "policies-read-only": byAuditor("/console/policies/program"),
  "policies-failed": byGuard("/console/policies", { "GET /policies": [no("platform.defect")] }),
  "policies-invalid": {
    ...byGuard("/console/policies"),
    act: (stage) =>
      shownPage(stage, "policies")?.flow.lookOver(policyFields({ "password.lengthMin": "4" })),
  },
  "policies-review": {
    ...byGuard("/console/policies"),
    act: (stage) =>
      shownPage(stage, "policies")?.flow.lookOver(
        policyFields({ "password.lengthMin": "12", "secondFactor.business": "yes" }),
      ),
  },
  "policies-conflict": {
    ...byGuard("/console/policies", {
      "POST /policies/{kind}": [no("access.policy_changed_meanwhile")],
    }),
    act: async (stage) => {
      const flow = shownPage(stage, "policies")?.flow;
      flow?.lookOver(policyFields({ retentionDays: "2000" }));
      await flow?.save();
    },
  },
  "sessions": byGuard("/console/sessions"),
  "sessions-read-only": byAuditor("/console/sessions?accountId=id-of-li.na"),
  "sessions-failed": byGuard("/console/sessions", { "GET /sessions": [no("platform.defect")] }),
  "locks": byGuard("/console/sessions/locks"),
  "locks-empty": byGuard("/console/sessions/locks", { "GET /locks": [yes({ locks: [] })] }),
  "unlock": {
    ...byGuard("/console/sessions/locks"),
    act: (stage) => {
      const flow = shownPage(stage, "sessions")?.flow;
      const state = flow?.locks.state.value;
      const lock = state?.kind === "listed" ? state.page.rows[0] : undefined;
      if (lock) flow?.ask({ kind: "unlock", lock });
    },
  },
  "programs": {
    address: "/console/programs",
    script: {
      ...BY_KEEPER,
      "GET /accounts": [yes({ accounts: [accountOf("report.agent")], next: null })],
    },
  },
  "program": { address: AT_PROGRAM, script: BY_KEEPER },
  "program-failed": {
    address: AT_PROGRAM,
    script: { ...BY_KEEPER, "GET /accounts/{id}": [no("access.not_found")] },
  },
  "program-add": {
    address: AT_PROGRAM,
    script: BY_KEEPER,
    act: (stage) => shownPage(stage, "programs")?.flow.openAdd(),
  },
  "program-secret": {
    address: AT_PROGRAM,
    script: BY_KEEPER,
    act: async (stage) => {
      const flow = shownPage(stage, "programs")?.flow;
      flow?.openAdd();
      await flow?.add({ kind: "hmac", days: "180" });
    },
  },
  "protection": byGuard("/console/protection"),
  "protection-running": byGuard("/console/protection", {
    "GET /protection/integrity": [yes(CHECKING)],
  }),
  "protection-broken": byAuditor("/console/protection", {
    "GET /protection/integrity": [yes(FOUND_BROKEN)],
  }),
  "protection-new": byGuard("/console/protection", {
    "GET /protection/integrity": [yes({ run: null, broken: [], alarms: [] })],
    "GET /protection/seals": [yes({ newestVersion: 1, older: [], run: null })],
  }),
  "protection-ask": {
    ...byGuard("/console/protection"),
    act: (stage) => shownPage(stage, "protection")?.flow.ask("integrity"),
  },
};
