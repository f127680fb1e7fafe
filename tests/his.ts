import { buildCity } from "../sandbox/city/build_city.ts";
import type { City, CityPerson } from "../sandbox/city/city.ts";
import { Faults, inProcessFetch } from "../sandbox/faults.ts";
import { createHisSandbox } from "../sandbox/his/create_his_sandbox.ts";
import { type HisClient, openHisClient } from "../server/gateways/his/client.ts";
import type { HisPatient } from "../server/gateways/his/wire.ts";
import type { InsuranceSite } from "../server/modules/insurance/claim_visit.ts";
import { newId } from "../server/platform/ids.ts";
import { openParty } from "../server/platform/party.ts";

/** Monday, 07:30 in Beijing: every half-day of the day is still open. */
export const TEST_NOW = new Date("2026-11-22T23:30:00Z");

export interface TestHis extends Disposable {
  readonly client: HisClient;
  readonly faults: Faults;
  readonly city: City;
  /** Where all story persons are known. */
  readonly site: InsuranceSite;
  readonly time: { now: Date };
  newOrderId(): string;
  person(story: string): CityPerson;
  patient(story: string): Promise<HisPatient>;
  control(path: string, body?: unknown): Promise<Response>;
  get(path: string): Promise<Response>;
}

/** A HIS of one test's own, reached without a socket. */
export function openTestHis(
  options: { readonly store?: string; readonly secret?: string } = {},
): TestHis {
  const time = { now: TEST_NOW };
  const clock = { now: () => time.now };
  const faults = new Faults();
  const city = buildCity();
  const key = { app: "yikatong", secret: "his-secret-of-tests" };
  const store = options.store ?? ":memory:";
  const sandbox = createHisSandbox({ store, clock, faults, city, key });
  const baseUrl = "http://his.test";
  const fetch = inProcessFetch(sandbox.app.fetch);
  const party = openParty({ name: "his", baseUrl, timeoutMs: 2_000, clock, fetch });
  const secret = options.secret ?? key.secret;
  const client = openHisClient({ party, key: { ...key, secret }, clock });
  const site = siteOf(city);
  function person(story: string): CityPerson {
    const found = city.persons.find((one) => one.story?.id === story);
    if (!found) throw new RangeError(`Cannot find story "${story}": expected one of the city`);
    return found;
  }
  return {
    client,
    faults,
    city,
    site,
    time,
    newOrderId: () => newId(time.now),
    person,
    async patient(story) {
      const by = { kind: "id_number", idNumber: person(story).idNumber } as const;
      const outcome = await client.findPatient({ institutionCode: site.code, by });
      if (outcome.kind === "done" && outcome.value) return outcome.value;
      throw new RangeError(`Cannot find story "${story}" at HIS: it said ${outcome.kind}`);
    },
    control: async (path, body = {}) =>
      await sandbox.app.request(path, { method: "POST", body: JSON.stringify(body) }),
    get: async (path) => await sandbox.app.request(path),
    [Symbol.dispose]: () => sandbox[Symbol.dispose](),
  };
}

function siteOf(city: City): InsuranceSite {
  const first = city.institutions[0];
  if (!first) throw new RangeError("Cannot choose a site: expected a city with institutions");
  return {
    institutionId: newId(TEST_NOW),
    code: first.code,
    name: first.name,
    admdvs: city.admdvs,
    route: "fsi",
    operator: { number: "0001", name: "自助终端" },
  };
}
