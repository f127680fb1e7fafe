import type { Kysely } from "kysely";
import type { SmProvider } from "../crypto/provider.ts";
import { createApp, type Pages } from "./app.ts";
import { DONGGUAN } from "./gateways/insurance/profile.ts";
import { openAnchorFile } from "./modules/audit/chain/anchor_file.ts";
import { developmentTerminals, REFUSE_TERMINALS } from "./modules/fleet/authenticate_terminal.ts";
import type { LineKeys } from "./modules/fleet/line/line_keys.ts";
import { readHostState } from "./modules/compliance/host/host_state.ts";
import { installationOf } from "./modules/compliance/installation.ts";
import type { OutsideConfig } from "./outside_services.ts";
import { bankConfig, openParties } from "./parties.ts";
import type { Clock } from "./platform/clock.ts";
import type { Config } from "./platform/config.ts";
import type { Log } from "./platform/log.ts";
import { Metrics } from "./platform/metrics.ts";
import { PartyHealthBook } from "./platform/party_health.ts";
import type { Sealer } from "./platform/sealer.ts";
import { tellPartyHealth } from "./party_health/tell_health.ts";
import { processEvents } from "./process_events.ts";
import { openAdoptions } from "./protection/adoption.ts";
import type { Tables } from "./schema.ts";
import { buildServices, type Services } from "./services.ts";
import { tellRefusalCounts, tellRefusals } from "./told_refusals.ts";
import { runWorker } from "./worker.ts";

export interface PlatformOptions extends Pages {
  readonly config: Config;
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly log: Log;
  readonly provider: SmProvider;
  readonly sealer: Sealer;
  /** Absent: no terminal comes in on a signed line. */
  readonly lineKeys?: LineKeys;
  /** Identity providers and authorities of certificates; none when absent. */
  readonly outside?: OutsideConfig;
  /** Takes the development token at the terminals' door. */
  readonly insecureDevelopment: boolean;
}

export interface RunningPlatform extends AsyncDisposable {
  readonly services: Services;
  readonly port: number;
}

/** Starts the roles the configuration asks for; disposing lets what is under way end first. */
export async function startPlatform(options: PlatformOptions): Promise<RunningPlatform> {
  const { config, log } = options;
  const stopping = new AbortController();
  const health = new PartyHealthBook();
  const services = wireServices(options, stopping.signal, health);
  // Before anybody asks for a row of before there were tags.
  await openAdoptions(services.protection);
  const app = createApp(services, options);
  const server = config.role === "worker" ? null : Deno.serve(
    { hostname: config.host, port: config.port, onListen: () => {} },
    app.fetch,
  );
  const events = processEvents(services, config.role);
  const started = events.started();
  const { anchor_file } = config.audit;
  const anchors = anchor_file === undefined ? null : openAnchorFile(anchor_file);
  const worker = config.role === "api" ? Promise.resolve() : runWorker(services, { anchors });
  const refusalsTold = config.role === "worker" ? Promise.resolve() : tellRefusals(services);
  const healthTold = tellPartyHealth(services.platform, health);
  return {
    services,
    port: server?.addr.port ?? 0,
    async [Symbol.asyncDispose]() {
      log.info("Stopping");
      stopping.abort();
      await server?.shutdown();
      await worker;
      await refusalsTold;
      await healthTold;
      await tellRefusalCounts(services, { all: true });
      await services.background.settle();
      services.platform.parties.cardHost?.[Symbol.dispose]();
      await services.line?.sessions.close();
      await started;
      await events.stopped();
      log.info("Stopped");
    },
  };
}

/** The services a configuration asks for, with nothing started. */
export function wireServices(
  options: PlatformOptions,
  stopping: AbortSignal,
  health = new PartyHealthBook(),
): Services {
  const { config, db, clock, log, provider, sealer, lineKeys } = options;
  const metrics = new Metrics();
  const token = config.development.terminal_token;
  const mayDevelop = options.insecureDevelopment && token !== undefined;
  return buildServices({
    db,
    clock,
    log,
    metrics,
    provider,
    sealer,
    ...(lineKeys && { lineKeys }),
    ...(options.outside && { outside: options.outside }),
    stopping,
    profile: DONGGUAN,
    parties: openParties({ config, profile: DONGGUAN, clock, metrics, health }),
    authenticate: mayDevelop ? developmentTerminals({ db, token }) : REFUSE_TERMINALS,
    notifyConfig: bankConfig(config.aggregate_pay),
    ...(config.public_url !== undefined && { publicUrl: config.public_url }),
    ...(config.trace_url !== undefined && { traceUrl: config.trace_url }),
    trustedProxies: config.trusted_proxies,
    metricsFrom: config.metrics_from,
    installation: installationOf(config),
    readHost: () => readHostState({ clock }),
  });
}
