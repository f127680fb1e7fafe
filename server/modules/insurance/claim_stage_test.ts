import { systemActor } from "../audit/actor.ts";
import { createInsuranceClient } from "../../gateways/insurance/client.ts";
import { DONGGUAN, type RegionalProfile } from "../../gateways/insurance/profile.ts";
import { openParty } from "../../platform/party.ts";
import { chinaTime, type Clock } from "../../platform/clock.ts";
import { newId, timeOfId } from "../../platform/ids.ts";
import { asFen } from "../../platform/money.ts";
import { Faults, inProcessFetch } from "../../../sandbox/faults.ts";
import type { AskCentre } from "../../../sandbox/insurance/ask_centre.ts";
import { createInsuranceSandbox } from "../../../sandbox/insurance/insurance.ts";
import { DONGGUAN_SANDBOX, type SandboxRegion } from "../../../sandbox/insurance/region.ts";
import { LINES, PATIENT } from "../../../sandbox/insurance/worked_visit.ts";
import { testAudit } from "../../../tests/audit.ts";
import { type TestDb, testDb } from "../../../tests/db.ts";
import { testRowTags, testSealer } from "../../../tests/sealer.ts";
import { checkCoverage, type CheckCoverageDeps, type CoverageRequest } from "./check_coverage.ts";
import type { ClaimContext, ClaimDeps } from "./claim.ts";
import { type ClaimLeg, claimLeg } from "./claim_leg.ts";
import type { ClaimVisit, InsuranceSite } from "./claim_visit.ts";
import type { Ask, LegAnswer } from "./leg_answer.ts";
import { returnLeg } from "./return_leg.ts";

/** What the tests of this module play on: the worked visit of nhsa.md §5 against the sandbox. */

export const SITE: InsuranceSite = {
  institutionId: "i-0317",
  code: "H44190012345",
  name: "示例社区卫生服务中心",
  admdvs: "441900",
  route: "fsi",
  operator: { number: "ZZ0317", name: "自助机0317" },
};

export const VISIT: ClaimVisit = {
  visitNumber: "MZ20260312000457",
  medicalType: "11",
  department: { code: "0301", name: "全科医疗科", category: "A02" },
  doctor: { code: "D441900012345", name: "样例医师" },
  diagnoses: [{ code: "J06.900", name: "上呼吸道感染" }],
  startedAt: new Date("2026-03-12T01:31:02Z"),
  lines: LINES.map(([catalogueCode, quantity, priceYuan, amount], index) => ({
    lineNumber: `MZ20260312000457-0${index + 1}`,
    catalogueCode,
    itemCode: `X${index}`,
    name: `item ${index}`,
    quantity,
    priceYuan,
    amountFen: asFen(BigInt(amount.replace(".", ""))),
    occurredAt: new Date("2026-03-12T01:40:00Z"),
  })),
};

const BY_ID_CARD: CoverageRequest["certificate"] = {
  type: "02",
  number: PATIENT.idNumber,
  cardIdentifier: null,
};

export const STAGE_TIME = new Date("2026-03-12T01:30:15Z");

export interface SpoiltAnswer {
  infcode: number | string;
  err_msg: string | null;
  warn_msg: string | null;
  output: { setlinfo: Record<string, number | string | null> };
}

export interface StageOptions {
  /** Shared by the steps of one test; the stage then leaves it open. */
  readonly own?: TestDb;
  readonly profile?: Partial<RegionalProfile>;
  readonly region?: Partial<SandboxRegion>;
  /** Changes what the centre answers, on its way to us. */
  readonly spoil?: (infno: string, answer: SpoiltAnswer) => void;
  readonly persons?: readonly (typeof PATIENT)[];
}

export interface Stage extends AsyncDisposable {
  readonly deps: CheckCoverageDeps & ClaimDeps;
  readonly faults: Faults;
  /** The centre's side, for who else settles with it. */
  readonly centre: AskCentre;
  readonly leg: ClaimLeg;
  /** Infnos in the order in which they arrived. */
  readonly arrived: string[];
  advance(ms: number): void;
  newOrder(
    visit?: ClaimVisit,
    certificate?: CoverageRequest["certificate"],
  ): Promise<ClaimContext>;
  ask(context: ClaimContext, ask: Ask): Promise<LegAnswer>;
  /** Of a refund of its own over the claim of `original`. */
  askReturn(original: ClaimContext, ask: Ask): Promise<LegAnswer>;
  /** The centre clears the month of the stage's time. */
  clearMonth(): Promise<void>;
  /** Settlements of the centre, newest first. */
  settlements(): Promise<
    readonly { totalYuan: number; voids: string | null; voidedBy: string | null }[]
  >;
}

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  let now = STAGE_TIME;
  const clock: Clock = { now: () => now };
  const own = options.own ?? await testDb(STAGE_TIME);
  // A centre of its own knows no sign-in of the stage before.
  await own.db.deleteFrom("insurance_sign_in").execute();
  const faults = new Faults();
  const sandbox = createInsuranceSandbox({
    store: ":memory:",
    clock,
    faults,
    city: { persons: options.persons ?? [PATIENT] },
    region: { ...DONGGUAN_SANDBOX, ...options.region },
  });
  const arrived: string[] = [];
  const reach = inProcessFetch((request) => sandbox.app.fetch(request));
  const counted: typeof fetch = async (input, init) => {
    const path = new URL(String(input)).pathname;
    const infno = path.split("/").at(-1) ?? "";
    arrived.push(infno);
    const response = await reach(input, init);
    if (!options.spoil) return response;
    const answer = await response.json();
    options.spoil(infno, answer);
    return Response.json(answer);
  };
  const profile = { ...DONGGUAN, ...options.profile };
  const party = openParty({
    name: "insurance",
    baseUrl: "http://insurance.test",
    timeoutMs: 1_000,
    clock,
    fetch: counted,
  });
  const client = createInsuranceClient({ party, profile, secrets: DONGGUAN_SANDBOX.tif, clock });
  const deps = {
    db: own.db,
    client,
    clock,
    profile,
    sealer: testSealer(),
    audit: testAudit(clock),
    tags: testRowTags(),
  };
  const leg = claimLeg(deps);
  const back = returnLeg(deps);
  return {
    deps,
    faults,
    centre: sandbox.ask,
    leg,
    arrived,
    advance(ms) {
      now = new Date(now.getTime() + ms);
    },
    async newOrder(visit = VISIT, certificate = BY_ID_CARD) {
      const identificationId = newId(now);
      await checkCoverage(deps, {
        actor: systemActor("test"),
        identificationId,
        site: SITE,
        certificate,
        person: { name: PATIENT.name, idNumber: PATIENT.idNumber },
      });
      const orderId = newId(now);
      const at = timeOfId(orderId);
      return {
        orderId,
        at,
        institutionId: SITE.institutionId,
        site: SITE,
        identificationId,
        visit: { ...visit, startedAt: new Date(`${chinaTime(now).replace(" ", "T")}+08:00`) },
      };
    },
    async ask(context, ask) {
      const plan = await own.db.transaction().execute((tx) => leg.plan(tx, context, ask));
      const answer = await leg.call(plan);
      await own.db.transaction().execute((tx) => leg.record(tx, plan, answer));
      return answer;
    },
    async askReturn(original, ask) {
      const refundId = newId(now);
      const { orderId, at } = original;
      const context = {
        ...original,
        orderId: refundId,
        at: timeOfId(refundId),
        original: { orderId, at },
      };
      const plan = await own.db.transaction().execute((tx) => back.plan(tx, context, ask));
      const answer = await back.call(plan);
      await own.db.transaction().execute((tx) => back.record(tx, plan, answer));
      return answer;
    },
    async clearMonth() {
      const month = chinaTime(now).slice(0, 7);
      await sandbox.app.request("/sandbox/clear-month", {
        method: "POST",
        body: JSON.stringify({ institution: SITE.code, month }),
      });
    },
    async settlements() {
      const response = await sandbox.app.request("/sandbox/settlements");
      return (await response.json()).settlements;
    },
    async [Symbol.asyncDispose]() {
      sandbox[Symbol.dispose]();
      if (!options.own) await own[Symbol.asyncDispose]();
    },
  };
}

/** `fund/account/other/cash` of a done answer, else its kind and code. */
export function tellAnswer(answer: LegAnswer): string {
  if (answer.kind === "refused") return `refused ${answer.code}`;
  if (answer.kind !== "done" || answer.split === null) return answer.kind;
  const { fund, account, other, cash } = answer.split;
  return `done ${fund}/${account}/${other}/${cash}`;
}
