import { type RequestName, REQUESTS, visit, type VisitDeps } from "./visit.ts";
import { writeBill } from "./bills.ts";
import type { Patient } from "./patients.ts";

export interface LoadDeps {
  readonly ask: VisitDeps["ask"];
  readonly hisUrl: string;
  readonly patients: readonly Patient[];
}

/** What a measured stretch saw; visits and requests that began before it are left out. */
export interface Load {
  readonly seconds: number;
  readonly visitMs: readonly number[];
  readonly requestMs: Readonly<Record<RequestName, readonly number[]>>;
  readonly failures: readonly string[];
}

interface Books {
  readonly visitMs: number[];
  readonly requestMs: Record<RequestName, number[]>;
  readonly failures: string[];
}

/** As fast as `clients` patients at a time can go, for `seconds`. */
export async function saturate(
  deps: LoadDeps,
  { clients, seconds, serialFrom }: { clients: number; seconds: number; serialFrom: number },
): Promise<Load> {
  const line = new PatientLine(deps.patients);
  const books = newBooks();
  const started = performance.now();
  const end = started + seconds * 1_000;
  let serial = serialFrom;
  await Promise.all(Array.from({ length: clients }, async () => {
    while (performance.now() < end) await visitOnce(deps, { line, books, serial: serial++, end });
  }));
  return { seconds, ...books };
}

/** One visit begins every 1/rate seconds, whether or not the earlier ones have ended. */
export async function pace(
  deps: LoadDeps,
  { rate, seconds, serialFrom }: { rate: number; seconds: number; serialFrom: number },
): Promise<Load> {
  const line = new PatientLine(deps.patients);
  const books = newBooks();
  const started = performance.now();
  const visits: Promise<void>[] = [];
  for (let n = 0; n < rate * seconds; n++) {
    const waitMs = started + n * 1_000 / rate - performance.now();
    if (waitMs > 0) await new Promise((resume) => setTimeout(resume, waitMs));
    visits.push(visitOnce(deps, { line, books, serial: serialFrom + n, end: Infinity }));
  }
  await Promise.all(visits);
  return { seconds: (performance.now() - started) / 1_000, ...books };
}

function newBooks(): Books {
  return {
    visitMs: [],
    requestMs: { identify: [], bills: [], order: [], confirm: [], tender: [], read: [] },
    failures: [],
  };
}

/** Visits that end past `end` are not counted: the rate is of what was completed in time. */
async function visitOnce(
  deps: LoadDeps,
  { line, books, serial, end }: { line: PatientLine; books: Books; serial: number; end: number },
): Promise<void> {
  const patient = await line.next();
  const took: [RequestName, number][] = [];
  try {
    await writeBill(deps.hisUrl, patient);
    const started = performance.now();
    const observe = (name: RequestName, tookMs: number) => took.push([name, tookMs]);
    await visit({ ask: deps.ask, observe, serial }, patient);
    const ended = performance.now();
    if (ended > end) return;
    books.visitMs.push(ended - started);
    for (const [name, tookMs] of took) books.requestMs[name].push(tookMs);
  } catch (thrown) {
    books.failures.push(thrown instanceof Error ? thrown.message : String(thrown));
  } finally {
    line.back(patient);
  }
}

/** A person has one visit at a time; who waited longest comes next. */
class PatientLine {
  readonly #free: Patient[];
  readonly #waiting: ((patient: Patient) => void)[] = [];

  constructor(patients: readonly Patient[]) {
    this.#free = [...patients];
  }

  next(): Promise<Patient> {
    const patient = this.#free.shift();
    if (patient) return Promise.resolve(patient);
    return new Promise((resume) => this.#waiting.push(resume));
  }

  back(patient: Patient): void {
    const resume = this.#waiting.shift();
    if (resume) resume(patient);
    else this.#free.push(patient);
  }
}

export function allRequests(load: Load): number[] {
  return REQUESTS.flatMap((name) => load.requestMs[name]);
}
