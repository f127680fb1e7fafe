import type { OrdersModelInstance } from "../flows/orders/model.ts";
import { shownPage } from "../testing/open_page.ts";
import {
  BOOKS_SESSION,
  IN_FLIGHT,
  ORDER,
  ORDER_WITH_ACTS,
  PARTY_HEALTH,
  POSTING,
  REFUND_LINE,
  REFUND_ORDER,
  REQUEST_LINE,
  REQUEST_LINES,
  TRIAL_BALANCE,
} from "../testing/books.ts";
import { CLERK_SESSION, CONSENTS, ERASURE, PERSON } from "../testing/patients.ts";
import { SYSTEM_SESSION } from "../testing/people.ts";
import { HOSTILE_NAMES } from "../testing/rights.ts";
import { no, type Script, yes } from "../testing/scripted_port.ts";
import type { Stage } from "../testing/stage.ts";
import {
  FOUND,
  HOLDS,
  minutesAgo,
  MONEY_SESSION,
  OPERATOR_SESSION,
  RETIRED,
  RETIREMENT,
  TERMINAL,
  TERMINAL_EVENTS,
  TERMINAL_RELEASES,
  TERMINALS,
  WAITING,
} from "../testing/terminals.ts";
import type { Scene } from "./scene.ts";

const TERMINAL_SCRIPT: Script = {
  "GET /session": [yes(OPERATOR_SESSION)],
  "GET /terminals": [yes({ terminals: [...TERMINALS], next: "0006" })],
  "GET /terminals/{id}": [yes(TERMINAL)],
  "GET /terminals/{id}/events": [yes(TERMINAL_EVENTS)],
  "GET /terminals/{id}/releases": [yes(TERMINAL_RELEASES)],
  "GET /terminal-enrolments": [yes(WAITING)],
  "POST /terminal-enrolments/find": [yes(FOUND)],
};
const AT_TERMINAL = `/console/terminals/${TERMINAL.id}`;
const AT_ENROLMENTS = "/console/terminal-enrolments";

function terminals(address: string, script: Script = {}, act: Scene["act"] | null = null): Scene {
  return { address, script: { ...TERMINAL_SCRIPT, ...script }, ...(act && { act }) };
}

function finding(reply: NonNullable<Script["POST /terminal-enrolments/find"]>): Scene {
  return terminals(
    AT_ENROLMENTS,
    { "POST /terminal-enrolments/find": reply },
    async (stage) => await shownPage(stage, "terminal-enrolments")?.flow.find("7KQ2M9XA"),
  );
}

function deed(name: "suspend" | "revoke"): Scene["act"] {
  return (stage) => shownPage(stage, "terminals")?.flow.deeds.open(name, TERMINAL);
}

function retired(
  reply: NonNullable<Script["GET /terminals/{id}/retirement"]>,
  act: Scene["act"] | null = null,
): Scene {
  const script: Script = {
    "GET /terminals/{id}": [yes(RETIRED)],
    "GET /terminals/{id}/retirement": reply,
    "POST /terminals/{id}/retirement/file": [no("platform.database_unavailable")],
  };
  return terminals(`/console/terminals/${RETIRED.id}`, script, act);
}

const TERMINAL_SCENES: Readonly<Record<string, Scene>> = {
  "terminals": terminals("/console/terminals"),
  "terminals-empty": terminals("/console/terminals?number=99", {
    "GET /terminals": [yes({ terminals: [], next: null })],
  }),
  "terminals-failed": terminals("/console/terminals", {
    "GET /terminals": [no("platform.defect")],
  }),
  "terminals-hostile": terminals("/console/terminals", {
    "GET /terminals": [yes({
      terminals: HOSTILE_NAMES.map((text, at) => ({
        ...TERMINAL,
        id: `id-${at}`,
        institutionName: text,
        version: text,
      })),
      next: null,
    })],
  }),
  "terminal": terminals(AT_TERMINAL),
  "terminal-loading": terminals(AT_TERMINAL, { "GET /terminals/{id}": ["never"] }),
  "terminal-elsewhere": terminals(AT_TERMINAL, { "GET /terminals/{id}": [no("fleet.not_found")] }),
  "terminal-hostile": terminals(AT_TERMINAL, {
    "GET /terminals/{id}": [yes({
      ...TERMINAL,
      devices: HOSTILE_NAMES.map((text) => ({
        device: text,
        state: text,
        detail: text,
        changedAt: minutesAgo(1),
      })),
    })],
    "GET /terminals/{id}/events": [yes({
      events: HOSTILE_NAMES.map((text, at) => ({
        id: `e${at}`,
        at: minutesAgo(at),
        source: "terminal" as const,
        kind: text,
        severity: "warning" as const,
        fields: { [text]: text, nested: { text } },
        actor: text,
      })),
      next: null,
    })],
  }),
  "terminal-never-updated": terminals(AT_TERMINAL, {
    "GET /terminals/{id}": [yes({ ...TERMINAL, release: null })],
    "GET /terminals/{id}/releases": [yes({ releases: [], next: null })],
  }),
  "terminal-releases-failed": terminals(AT_TERMINAL, {
    "GET /terminals/{id}/releases": [no("platform.database_unavailable")],
  }),
  "terminal-retired": retired([yes({ retirement: RETIREMENT })]),
  "terminal-retired-bad": retired([
    yes({ retirement: { ...RETIREMENT, verdict: "bad", countersignature: "bad" } }),
  ]),
  "terminal-retired-dead": retired([yes({
    retirement: {
      ...RETIREMENT,
      kind: "decommission_statement",
      method: "lost",
      verdict: "unchecked",
      signature: "none",
      countersignature: "no_key",
    },
  })]),
  "terminal-retired-hostile": retired(
    HOSTILE_NAMES.slice(0, 1).map((text) =>
      yes({ retirement: { ...RETIREMENT, operator: text, witness: text, reason: text } })
    ),
  ),
  "terminal-retired-loading": retired(["never"]),
  "terminal-retired-none": retired([yes({ retirement: null })]),
  "terminal-retired-damaged": retired([no("fleet.certificate_damaged")]),
  "terminal-certificate-refused": retired(
    [yes({ retirement: RETIREMENT })],
    async (stage) => {
      await shownPage(stage, "terminals")?.flow.takeCertificate();
    },
  ),
  "terminal-suspend": terminals(AT_TERMINAL, {}, deed("suspend")),
  "terminal-revoke": terminals(AT_TERMINAL, {}, deed("revoke")),
  "terminal-conflict": terminals(
    AT_TERMINAL,
    { "POST /terminals/{id}/suspend": [no("fleet.wrong_state")] },
    async (stage) => {
      const flow = shownPage(stage, "terminals")?.flow;
      flow?.deeds.open("suspend", TERMINAL);
      await flow?.deeds.send("检修");
    },
  ),
  "enrolments": terminals(AT_ENROLMENTS),
  "enrolments-empty": terminals(AT_ENROLMENTS, {
    "GET /terminal-enrolments": [yes({ enrolments: [] })],
  }),
  "enrolment-found": finding([yes(FOUND)]),
  "enrolment-wrong-code": finding([no("fleet.no_such_code")]),
  "enrolment-two": finding([no("fleet.not_unique")]),
  "enrolment-no-terminal": finding([no("fleet.no_such_terminal", "0099")]),
  "enrolment-retired": finding([no("fleet.retired", "0006")]),
  "enrolment-over": terminals(
    AT_ENROLMENTS,
    { "POST /terminal-enrolments/approve": [no("fleet.enrolment_over")] },
    async (stage) => {
      const flow = shownPage(stage, "terminal-enrolments")?.flow;
      await flow?.find("7KQ2M9XA");
      await flow?.approve();
    },
  ),
  "enrolment-unknown": terminals(
    AT_ENROLMENTS,
    { "POST /terminal-enrolments/approve": [no("console.outcome_unknown")] },
    async (stage) => {
      const flow = shownPage(stage, "terminal-enrolments")?.flow;
      await flow?.find("7KQ2M9XA");
      await flow?.approve();
    },
  ),
};

function money(reply: NonNullable<Script["GET /holds"]>): Scene {
  return {
    address: "/console/holds",
    script: { "GET /session": [yes(MONEY_SESSION)], "GET /holds": reply },
  };
}

const HOLD_SCENES: Readonly<Record<string, Scene>> = {
  "holds": money([yes(HOLDS)]),
  "holds-more": money([yes({ ...HOLDS, more: true })]),
  "holds-empty": money([yes({ holds: [], more: false, ages: [] })]),
  "holds-failed": money([no("console.no_answer")]),
};

function orderActing(
  act: (flow: OrdersModelInstance) => Promise<void> | void,
  more: Script = {},
): Scene {
  return {
    ...books(`/console/orders/${ORDER.id}`, {
      "GET /orders/{id}": [yes(ORDER_WITH_ACTS)],
      ...more,
    }),
    act: async (stage) => {
      const flow = shownPage(stage, "orders")?.flow;
      if (flow) await act(flow);
    },
  };
}

function books(address: string, more: Script): Scene {
  return { address, script: { "GET /session": [yes(BOOKS_SESSION)], ...more } };
}

const BOOK_SCENES: Readonly<Record<string, Scene>> = {
  "orders": books("/console/orders", {
    "GET /orders": [yes({ orders: [ORDER, REFUND_ORDER], next: null })],
  }),
  "orders-empty": books("/console/orders?queue=attention", {
    "GET /orders": [yes({ orders: [], next: null })],
  }),
  "orders-narrowed": books(
    "/console/orders?queue=attention&state=needs_attention&channel=card_host&stop=his_refused&minutes=30",
    { "GET /orders": [yes({ orders: [{ ...ORDER, stop: "his_refused" }], next: ORDER.id })] },
  ),
  "orders-failed": books("/console/orders", { "GET /orders": [no("console.no_answer")] }),
  "in-flight": books("/console/in-flight?organisationId=x", {
    "GET /orders/in-flight": [yes(IN_FLIGHT)],
  }),
  "in-flight-loading": books("/console/in-flight", { "GET /orders/in-flight": ["never"] }),
  "in-flight-empty": books("/console/in-flight", {
    "GET /orders/in-flight": [yes({ organisation: null, states: [] })],
  }),
  "in-flight-failed": books("/console/in-flight", {
    "GET /orders/in-flight": [no("console.no_answer")],
  }),
  "payment-requests": books("/console/payment-requests", {
    "GET /payment-requests": [yes({ requests: [...REQUEST_LINES], next: REQUEST_LINE.id })],
  }),
  "payment-requests-loading": books("/console/payment-requests", {
    "GET /payment-requests": ["never"],
  }),
  "payment-requests-empty": books("/console/payment-requests?number=CF-0", {
    "GET /payment-requests": [yes({ requests: [], next: null })],
  }),
  "payment-requests-failed": books("/console/payment-requests", {
    "GET /payment-requests": [no("console.no_answer")],
  }),
  "order": books(`/console/orders/${ORDER.id}`, {
    "GET /orders/{id}": [yes(ORDER)],
    "GET /refunds": [yes({ refunds: [REFUND_LINE], next: null })],
  }),
  "order-of-refund": books(`/console/orders/${REFUND_ORDER.id}`, {
    "GET /orders/{id}": [yes(REFUND_ORDER)],
  }),
  "order-failed": books(`/console/orders/${ORDER.id}`, {
    "GET /orders/{id}": [no("checkout.not_found")],
  }),
  "order-acts": orderActing(() => {}),
  "order-close": orderActing(({ acts }) => acts.askClose()),
  "order-settle": orderActing(({ acts }) => {
    const leg = ORDER.legs.find(({ settlements }) => settlements.length > 0);
    if (leg) acts.askSettle(leg);
  }),
  "order-approve": orderActing(({ acts }) => {
    const act = ORDER_WITH_ACTS.acts.find(({ state }) => state === "asked");
    if (act) acts.askDecision(act, "approve");
  }),
  "order-act-moved-on": orderActing(async ({ acts }) => {
    acts.askClose();
    await acts.send({ evidence: "银行回单已核对" });
  }, { "POST /orders/{id}/acts": [no("checkout.wrong_state")] }),
  "trial-balance": books("/console/trial-balance", {
    "GET /ledger/trial-balance": [yes(TRIAL_BALANCE)],
  }),
  "trial-balance-failed": books("/console/trial-balance", {
    "GET /ledger/trial-balance": [no("console.no_answer")],
  }),
  "postings": books("/console/trial-balance?account=channel%3Aaggregate_pay&day=2026-11-22", {
    "GET /ledger/postings": [yes({ postings: [POSTING], next: `${POSTING.orderId} 1` })],
  }),
  "postings-empty": books("/console/trial-balance?account=suspense", {
    "GET /ledger/postings": [yes({ postings: [], next: null })],
  }),
  "postings-failed": books("/console/trial-balance?account=suspense", {
    "GET /ledger/postings": [no("console.no_answer")],
  }),
  "parties": books("/console/parties", { "GET /parties/health": [yes(PARTY_HEALTH)] }),
  "parties-empty": books("/console/parties", { "GET /parties/health": [yes({ parties: [] })] }),
};

const PERSON_SCRIPT: Script = {
  "GET /session": [yes(CLERK_SESSION)],
  "POST /persons/search": [yes({ persons: [PERSON] })],
  "GET /persons/{id}": [yes(PERSON)],
  "GET /persons/{id}/consents": [yes({ consents: CONSENTS })],
};
const AT_PERSON = `/console/persons/${PERSON.id}`;

function persons(address: string, script: Script = {}, act: Scene["act"] | null = null): Scene {
  return { address, script: { ...PERSON_SCRIPT, ...script }, ...(act && { act }) };
}

function searching(reply: NonNullable<Script["POST /persons/search"]>): Scene {
  return persons(
    "/console/persons",
    { "POST /persons/search": reply },
    async (stage) => await personsFlow(stage)?.search("id_number", "441900195203070012"),
  );
}

function personsFlow(stage: Stage) {
  return shownPage(stage, "persons")?.flow;
}

const PERSON_SCENES: Readonly<Record<string, Scene>> = {
  "persons": persons("/console/persons"),
  "persons-found": searching([yes({ persons: [PERSON] })]),
  "persons-none": searching([yes({ persons: [] })]),
  "persons-failed": searching([no("console.outcome_unknown")]),
  "persons-hostile": searching([yes({
    persons: HOSTILE_NAMES.map((text, at) => ({
      ...PERSON,
      id: `id-${at}`,
      maskedName: text,
      maskedIdNumber: text,
      maskedPhone: text,
      institutions: [{ id: "i", name: text, since: minutesAgo(1) }],
    })),
  })]),
  "person": persons(AT_PERSON),
  "person-hostile": persons(AT_PERSON, {
    "GET /persons/{id}": [yes({
      ...PERSON,
      maskedName: HOSTILE_NAMES[0],
      maskedIdNumber: HOSTILE_NAMES[1],
      maskedPhone: HOSTILE_NAMES[2],
      institutions: HOSTILE_NAMES.map((name, at) => ({ id: `${at}`, name, since: minutesAgo(1) })),
      media: [{ kind: HOSTILE_NAMES[4], lastSeenAt: minutesAgo(1) }],
    })],
    "GET /persons/{id}/consents": [yes({
      consents: CONSENTS.map((each) => ({ ...each, evidence: HOSTILE_NAMES[1] })),
    })],
  }),
  "person-elsewhere": persons(AT_PERSON, { "GET /persons/{id}": [no("identity.not_found")] }),
  "person-no-consents": persons(AT_PERSON, {
    "GET /persons/{id}/consents": [yes({ consents: [] })],
  }),
  "person-reveal": persons(AT_PERSON, {}, (stage) => {
    personsFlow(stage)?.deeds.open({ kind: "reveal", person: PERSON, field: "phone" });
  }),
  "person-revealed": persons(AT_PERSON, {}, (stage) => {
    personsFlow(stage)?.clear.show("name", "陈大明");
    personsFlow(stage)?.clear.show("phone", HOSTILE_NAMES[1]);
  }),
  "person-export": persons(AT_PERSON, {}, (stage) => {
    personsFlow(stage)?.deeds.open({ kind: "export", person: PERSON });
  }),
  "person-exporting": persons(
    AT_PERSON,
    { "POST /persons/{id}/export": ["never"] },
    async (stage) => {
      personsFlow(stage)?.deeds.open({ kind: "export", person: PERSON });
      await personsFlow(stage)?.deeds.export("患者本人申请");
    },
  ),
  "person-exported": persons(
    AT_PERSON,
    { "POST /persons/{id}/export": [yes(new Blob(["…".repeat(4_000)]))] },
    async (stage) => {
      personsFlow(stage)?.deeds.open({ kind: "export", person: PERSON });
      await personsFlow(stage)?.deeds.export("患者本人申请");
    },
  ),
  "person-erase": persons(AT_PERSON, {}, (stage) => {
    personsFlow(stage)?.deeds.open({ kind: "erase", person: PERSON });
  }),
  "person-erase-busy": persons(
    AT_PERSON,
    { "POST /persons/{id}/erase": [no("identity.person_busy", "1 3000")] },
    async (stage) => {
      personsFlow(stage)?.deeds.open({ kind: "erase", person: PERSON });
      await personsFlow(stage)?.deeds.erase("患者本人申请", "0012");
    },
  ),
  "person-erased": persons(
    AT_PERSON,
    { "POST /persons/{id}/erase": [yes(ERASURE)] },
    async (stage) => {
      personsFlow(stage)?.deeds.open({ kind: "erase", person: PERSON });
      await personsFlow(stage)?.deeds.erase("患者本人申请", "0012");
    },
  ),
  "person-withdraw": persons(AT_PERSON, {}, (stage) => {
    personsFlow(stage)?.deeds.open({
      kind: "withdraw",
      person: PERSON,
      purpose: "notification",
    });
  }),
};

const CHALLENGE = {
  id: "019a8f3e-5c00-7abc-8def-000000000003",
  text: "yikatong-enrol:019a8f3e-5c00-7abc-8def-000000000003:9c1185a5c5e9fc54612808977ee8f548",
  expiresAt: minutesAgo(-2),
};
const OWN_SCRIPT: Script = {
  "GET /own/second-factor": [yes({
    totpEnrolledAt: minutesAgo(50_000),
    recoveryCodesLeft: 2,
    certificates: 1,
    required: true,
  })],
  "GET /own/password-rules": [yes({ lengthMin: 12, classesMin: 3, history: 5, ageDaysMax: 90 })],
  "GET /own/certificates": [yes({
    certificates: [{
      id: "c1",
      fingerprint: "9c1185a5c5e9fc54612808977ee8f548b2258d31b4f4ee7f9d8b8f1c2a3b4c5d",
      subject: "CN=陈伟,O=东莞市卫生健康局",
      issuer: "CN=GDCA SM2 CA",
      serialNumber: "7F",
      notBefore: minutesAgo(50_000),
      notAfter: minutesAgo(-30_000),
      state: "expires_soon",
      enrolledAt: minutesAgo(40_000),
      lastUsedAt: null,
    }],
  })],
  "GET /own/sso-links": [yes({ links: [] })],
  "GET /own/sessions": [yes({
    sessions: [
      ownSession({ id: SYSTEM_SESSION.sessionId, own: true }),
      ownSession({ id: "s2", agent: HOSTILE_NAMES[1], address: "10.20.1.9" }),
      ownSession({ id: "s3", agent: HOSTILE_NAMES[5], address: null }),
    ],
    next: null,
  })],
  "POST /own/totp": [yes({
    otpauthUrl:
      "otpauth://totp/%E4%B8%80%E5%8D%A1%E9%80%9A:chen.wei?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
  })],
  "POST /own/recovery-codes": [yes({
    recoveryCodes: ["7KQ2-M9XA-3DFT", "P4WN-82KD-QH7C", "X3VB-6TRM-9ZLA", "D8HY-KW5N-2PFE"],
  })],
  "POST /own/certificates/challenges": [yes(CHALLENGE)],
};

function ownSession(given: {
  readonly id: string;
  readonly own?: boolean;
  readonly agent?: string;
  readonly address?: string | null;
}) {
  return {
    accountId: SYSTEM_SESSION.accountId,
    login: SYSTEM_SESSION.login,
    organisationId: SYSTEM_SESSION.organisationId,
    signedInAt: minutesAgo(30),
    lastUsedAt: minutesAgo(1),
    expiresAt: minutesAgo(-400),
    factors: ["password", "totp"],
    own: false,
    agent: "Chrome 120 · Windows",
    address: "10.20.1.8",
    ...given,
  };
}

function own(script: Script = {}, act: Scene["act"] | null = null): Scene {
  return { address: "/console/own", script: { ...OWN_SCRIPT, ...script }, ...(act && { act }) };
}

function ownDeeds(stage: Stage) {
  return shownPage(stage, "own")?.flow.deeds;
}

const OWN_SCENES: Readonly<Record<string, Scene>> = {
  "own": own(),
  "own-loading": own({
    "GET /own/second-factor": ["never"],
    "GET /own/sessions": ["never"],
    "GET /own/certificates": ["never"],
    "GET /own/sso-links": ["never"],
  }),
  "own-failed": own({
    "GET /own/second-factor": [no("platform.defect")],
    "GET /own/sessions": [no("console.no_answer")],
    "GET /own/certificates": [no("access.certificates_unavailable")],
    "GET /own/sso-links": [no("access.unavailable")],
  }),
  "own-sso": own({
    "GET /sso/providers": [yes({
      providers: [{ provider: "oidc", title: "医院统一身份认证", startUrl: "/sso" }],
    })],
    "GET /own/sso-links": [yes({
      links: [{
        id: "l1",
        provider: "oidc",
        subject: "ch…ei",
        linkedAt: minutesAgo(9_000),
        linkedBy: "chen.wei",
        lastUsedAt: null,
        inUse: false,
      }],
    })],
  }),
  "own-sso-back": { ...own(), address: "/console/own?sso=linked" },
  "own-password": own({}, (stage) => ownDeeds(stage)?.openPassword()),
  "own-password-weak": own(
    { "POST /own/password": [no("access.weak_password", "too_short,common")] },
    async (stage) => {
      await ownDeeds(stage)?.openPassword();
      await ownDeeds(stage)?.changePassword("…", "…");
    },
  ),
  "own-totp": own({}, (stage) => ownDeeds(stage)?.openTotp()),
  "own-new-codes": own({}, (stage) => ownDeeds(stage)?.openNewCodes()),
  "own-codes": own({}, async (stage) => {
    ownDeeds(stage)?.openNewCodes();
    await ownDeeds(stage)?.renewCodes();
  }),
  "own-certificate": own({}, (stage) => ownDeeds(stage)?.openCertificate()),
  "own-certificate-refused": own(
    { "POST /own/certificates": [no("access.certificate_refused", "untrusted")] },
    async (stage) => {
      await ownDeeds(stage)?.openCertificate();
      await ownDeeds(stage)?.enrolCertificate("…", "…");
    },
  ),
  "own-end-all": own({}, (stage) => ownDeeds(stage)?.openEndSessions(false)),
};

/** Terminals, money, persons and the own account. */
export const PEOPLE_SCENES: Readonly<Record<string, Scene>> = {
  ...TERMINAL_SCENES,
  ...HOLD_SCENES,
  ...BOOK_SCENES,
  ...PERSON_SCENES,
  ...OWN_SCENES,
};
