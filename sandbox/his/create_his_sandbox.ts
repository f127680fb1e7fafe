import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { z } from "zod";
import type { Clock } from "../../server/platform/clock.ts";
import * as wire from "../../server/gateways/his/wire.ts";
import {
  inpatientAccountOfSchema,
  returnDepositSchema,
} from "../../server/gateways/his/wire/inpatient.ts";
import type { City, CityInstitution } from "../city/city.ts";
import { faultMiddleware, type Faults } from "../faults.ts";
import type { AskCentre } from "../insurance/ask_centre.ts";
import { mountAdmissionControls } from "./admission_controls.ts";
import { findInpatientAccount } from "./admissions.ts";
import { type Answer, ok, refuse } from "./answer.ts";
import { signatureFault } from "./check_signature.ts";
import { mountControls } from "./controls.ts";
import type { His } from "./his_calls.ts";
import { openHisStore, unpaidBills } from "./his_store.ts";
import { findClaim, presettleClaim, releaseClaim, settleClaim, voidClaim } from "./claims.ts";
import { holdSlot, releaseSlot } from "./holds.ts";
import { createPatient, findPatient } from "./patients.ts";
import { cancelPosting, findPosting, post } from "./postings.ts";
import {
  findReturn,
  findReturnable,
  refusedOnce,
  returnDeposit,
  returnPosting,
} from "./returns.ts";
import { seedHis } from "./seed.ts";
import { seedStays } from "./seed_stays.ts";
import { findHabit, listDepartments, listSchedules, listSlots } from "./visits.ts";
import { misstated } from "./wrong_amount.ts";

const BODY_BYTES_MAX = 256 * 1024;

export interface HisSandboxOptions {
  /** A file, or `:memory:`. */
  readonly store: string;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly city: City;
  readonly key: { readonly app: string; readonly secret: string };
  /** The insurance centre behind it; absent: this HIS settles nothing. */
  readonly centre?: AskCentre;
}

export interface HisSandbox extends Disposable {
  readonly app: Hono;
}

/** The community HIS, played with state: what is posted stays posted over restarts. */
export function createHisSandbox(options: HisSandboxOptions): HisSandbox {
  const store = openHisStore(options.store);
  seedHis(store, options.city, options.clock.now());
  seedStays(store, options.city, options.clock.now());
  const his: His = {
    store,
    city: options.city,
    institutions: new Map(options.city.institutions.map((one) => [one.code, one])),
    clock: options.clock,
    faults: options.faults,
    centre: options.centre ?? null,
  };
  const app = new Hono();
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  mountControls(app, his);
  mountAdmissionControls(app, his);
  app.use("/his/v1/*", bodyLimit({ maxSize: BODY_BYTES_MAX }));
  const { faults } = options;
  app.use("/his/v1/*", faultMiddleware({ faults, party: "his", callOf }));
  mountCalls(app, his, options.key);
  return { app, [Symbol.dispose]: () => store[Symbol.dispose]() };
}

function callOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function mountCalls(app: Hono, his: His, key: HisSandboxOptions["key"]): void {
  const mount = callMounter(app, his, key);
  mount("find_patient", wire.findPatientSchema, findPatient);
  mount("create_patient", wire.createPatientSchema, createPatient);
  mount("bills", wire.listBillsSchema, listBills);
  mount("departments", wire.listDepartmentsSchema, listDepartments);
  mount("schedules", wire.listSchedulesSchema, listSchedules);
  mount("slots", wire.listSlotsSchema, listSlots);
  mount("habit", wire.findHabitSchema, findHabit);
  mount("hold", wire.holdSchema, holdSlot);
  mount("release", wire.releaseSchema, releaseSlot);
  mount("post", wire.postSchema, post);
  mount("find_posting", wire.findPostingSchema, findPosting);
  mount("cancel", wire.cancelSchema, cancelPosting);
  mount("presettle_claim", wire.presettleClaimSchema, presettleClaim);
  mount("settle_claim", wire.settleClaimSchema, settleClaim);
  mount("find_claim", wire.claimPlaceSchema, findClaim);
  mount("void_claim", wire.claimPlaceSchema, voidClaim);
  mount("release_claim", wire.claimPlaceSchema, releaseClaim);
  mount("returnable", wire.returnableSchema, findReturnable);
  mount("return", wire.returnSchema, returnPosting, refusedOnce);
  mount("find_return", wire.findReturnSchema, findReturn);
  mount("inpatient_account", inpatientAccountOfSchema, findInpatientAccount);
  mount("return_deposit", returnDepositSchema, returnDeposit, refusedOnce);
}

function listBills(his: His, body: { institutionCode: string; patientId: string }): Answer {
  return ok({ bills: unpaidBills(his.store, body.institutionCode, body.patientId) });
}

/** What a call makes of an answer given to the same request before. */
type Remember<Body> = (his: His, body: Body, answer: () => Answer | null) => Answer | null;

/** Signature, shape, place, planned refusal; then the call itself in one transaction. */
function callMounter(app: Hono, his: His, key: HisSandboxOptions["key"]) {
  return function mount<Body extends { readonly institutionCode: string }>(
    call: wire.HisCall,
    schema: z.ZodType<Body>,
    handle: (his: His, body: Body, institution: CityInstitution) => Answer | null,
    remember: Remember<Body> = (_his, _body, answer) => answer(),
  ): void {
    app.post(`/his/v1/${call}`, async (c) => {
      const text = await c.req.text();
      const request = { method: c.req.method, path: c.req.path, headers: c.req.raw.headers };
      const fault = signatureFault({ ...key, clock: his.clock }, request, text);
      if (fault) return c.json(refuse("bad_signature", fault), 401);
      const body = schema.safeParse(parseJson(text));
      if (!body.success) return c.json(refuse("bad_request", "报文格式不正确"), 400);
      const institution = his.institutions.get(body.data.institutionCode);
      if (!institution) return c.json(refuse("unknown_institution", "机构未登记"));
      const no = his.faults.take("his", call, "refuse");
      const answer = his.store.atomically(() =>
        remember(
          his,
          body.data,
          () => no ? refuse("not_possible", no.text) : handle(his, body.data, institution),
        )
      );
      if (answer === null) return c.text("医保中心没有应答", 502);
      const wrong = his.faults.take("his", call, "wrong_amount");
      return c.json(wrong ? misstated(answer, wrong.byFen) : answer);
    });
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
