import { Hono } from "hono";
import type { Clock } from "../server/platform/clock.ts";
import type { BankSecrets } from "./aggregate_pay/bank_signature.ts";
import {
  type AggregatePaySandbox,
  createAggregatePaySandbox,
} from "./aggregate_pay/create_aggregate_pay_sandbox.ts";
import {
  type CardHostSandbox,
  type CardHostSecrets,
  createCardHostSandbox,
} from "./card_host/create_card_host_sandbox.ts";
import { createCitizenCodeSandbox } from "./citizen_code/create_citizen_code_sandbox.ts";
import type { City } from "./city/city.ts";
import { breakLostAnswers, Faults } from "./faults.ts";
import { createHisSandbox } from "./his/create_his_sandbox.ts";
import { createInsuranceSandbox } from "./insurance/insurance.ts";
import { DONGGUAN_SANDBOX, type SandboxRegion } from "./insurance/region.ts";
import {
  createMobileInsuranceSandbox,
  type MobileInsuranceSandbox,
  type MobileInsuranceSecrets,
} from "./mobile_insurance/create_mobile_insurance_sandbox.ts";
import { createPanel } from "./panel/panel.ts";

export interface SandboxSecrets {
  readonly his: { readonly app: string; readonly secret: string };
  readonly citizenCode: { readonly app: string; readonly secret: string };
  readonly insurance: { readonly paasid: string; readonly secretKey: string };
  readonly aggregatePay: BankSecrets;
  readonly mobileInsurance: MobileInsuranceSecrets;
  readonly cardHost: CardHostSecrets;
}

export interface SandboxOptions {
  /** Folder of the parties' books, or `:memory:`. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly city: City;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Of the card host, which speaks no HTTP; any free one when absent. */
  readonly cardPort?: number;
  /** The host in the text of payment codes, where phones can reach us; `host` when absent. */
  readonly publicHost?: string;
  readonly secrets: SandboxSecrets;
  /** Dongguan's when absent. */
  readonly region?: Omit<SandboxRegion, "tif">;
  /** Reaches the platform's notify address. */
  readonly fetch?: typeof fetch;
}

export interface Sandbox extends AsyncDisposable {
  readonly urls: SandboxUrls;
  readonly port: number;
  /** Where the card host listens. */
  readonly cardHost: { readonly host: string; readonly port: number };
  readonly faults: Faults;
  /** Sends the bank's notices that are due now; it also happens by itself. */
  tick(): Promise<number>;
}

export interface SandboxUrls {
  readonly his: string;
  readonly insurance: string;
  readonly citizenCode: string;
  readonly aggregatePay: string;
  readonly mobileInsurance: string;
  readonly panel: string;
}

const TICK_MS = 200;

/** The outside world without a socket: for tests and figures in one process. */
export interface SandboxCore extends Disposable {
  readonly handle: (request: Request) => Response | Promise<Response>;
  readonly faults: Faults;
  readonly cardHost: Pick<CardHostSandbox, "connect" | "listen">;
  tick(): Promise<number>;
}

/** `publicUrl`: where phones reach the bank's pay pages. */
export function createSandbox(
  options: Omit<SandboxOptions, "host" | "port" | "cardPort" | "publicHost">,
  publicUrl: () => string,
): SandboxCore {
  const faults = new Faults();
  const parties = openParties(options, faults, publicUrl);
  return {
    handle: frontOf(parties, { faults, city: options.city }),
    faults,
    cardHost: parties["card-host"],
    async tick() {
      const notices = await parties["aggregate-pay"].tick();
      return notices + await parties["mobile-insurance"].tick();
    },
    [Symbol.dispose]() {
      for (const party of Object.values(parties)) party[Symbol.dispose]();
    },
  };
}

/** The outside world on one port: each party under its prefix, the panel at the root. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  if (options.dataDir !== ":memory:") await Deno.mkdir(options.dataDir, { recursive: true });
  const at = { url: "" };
  const core = createSandbox(options, () => at.url);
  const server = Deno.serve(
    { hostname: options.host, port: options.port, onListen: () => {} },
    breakLostAnswers(core.handle),
  );
  const { port } = server.addr;
  const cards = core.cardHost.listen({ host: options.host, port: options.cardPort ?? 0 });
  at.url = `http://${options.publicHost ?? reachable(options.host)}:${port}/aggregate-pay`;
  const stopping = new AbortController();
  const ticking = keepTicking(core, stopping.signal);
  return {
    urls: urlsOf(`http://${reachable(options.host)}:${port}`),
    port,
    cardHost: { host: reachable(options.host), port: cards.port },
    faults: core.faults,
    tick: () => core.tick(),
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await ticking;
      await server.shutdown();
      await cards[Symbol.asyncDispose]();
      core[Symbol.dispose]();
    },
  };
}

interface Parties {
  readonly his: Party;
  readonly insurance: Party;
  readonly "citizen-code": Party;
  readonly "aggregate-pay": AggregatePaySandbox;
  readonly "mobile-insurance": MobileInsuranceSandbox;
  readonly "card-host": CardHostSandbox;
}

interface Party extends Disposable {
  readonly app: Hono;
}

function openParties(
  options: Omit<SandboxOptions, "host" | "port" | "cardPort" | "publicHost">,
  faults: Faults,
  publicUrl: () => string,
): Parties {
  const { dataDir, clock, city, secrets } = options;
  const inMemory = dataDir === ":memory:";
  const store = (name: string) => inMemory ? dataDir : `${dataDir}/${name}.sqlite`;
  const insurance = createInsuranceSandbox({
    store: store("insurance"),
    clock,
    faults,
    city,
    region: { ...DONGGUAN_SANDBOX, ...options.region, tif: secrets.insurance },
  });
  return {
    his: createHisSandbox({
      store: store("his"),
      clock,
      faults,
      city,
      key: secrets.his,
      centre: insurance.ask,
    }),
    insurance,
    "citizen-code": createCitizenCodeSandbox({
      store: store("citizen_code"),
      clock,
      faults,
      city,
      key: secrets.citizenCode,
    }),
    "aggregate-pay": createAggregatePaySandbox({
      store: store("aggregate_pay"),
      clock,
      faults,
      secrets: secrets.aggregatePay,
      publicUrl,
      fetch: options.fetch ?? fetch,
    }),
    "mobile-insurance": createMobileInsuranceSandbox({
      store: store("mobile_insurance"),
      clock,
      faults,
      secrets: secrets.mobileInsurance,
      centre: insurance.ask,
      fetch: options.fetch ?? fetch,
    }),
    "card-host": createCardHostSandbox({
      store: store("card_host"),
      clock,
      faults,
      city,
      secrets: secrets.cardHost,
    }),
  };
}

/** Takes the prefix off: parties sign over the path that they know. */
function frontOf(
  parties: Parties,
  shown: { readonly faults: Faults; readonly city: City },
): (request: Request) => Response | Promise<Response> {
  const byPrefix = new Map<string, Party>(Object.entries(parties));
  const panel = createPanel({
    ...shown,
    his: parties.his.app,
    insurance: parties.insurance.app,
    aggregatePay: parties["aggregate-pay"].app,
    mobileInsurance: parties["mobile-insurance"].app,
    cardHost: parties["card-host"].app,
  });
  return (request) => {
    const url = new URL(request.url);
    const [, prefix = "", ...rest] = url.pathname.split("/");
    const party = byPrefix.get(prefix);
    if (!party) return panel.fetch(request);
    url.pathname = "/" + rest.join("/");
    const { method, headers, body } = request;
    return party.app.fetch(new Request(url, { method, headers, body }));
  };
}

async function keepTicking(bank: Pick<SandboxCore, "tick">, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await bank.tick();
    await new Promise<void>((resume) => {
      const timer = setTimeout(resume, TICK_MS);
      stop.addEventListener("abort", () => {
        clearTimeout(timer);
        resume();
      }, { once: true });
    });
  }
}

export function urlsOf(base: string): SandboxUrls {
  return {
    his: `${base}/his`,
    insurance: `${base}/insurance`,
    citizenCode: `${base}/citizen-code`,
    aggregatePay: `${base}/aggregate-pay`,
    mobileInsurance: `${base}/mobile-insurance`,
    panel: `${base}/`,
  };
}

function reachable(host: string): string {
  return host === "0.0.0.0" ? "127.0.0.1" : host;
}
