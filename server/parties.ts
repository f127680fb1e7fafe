import {
  type AggregatePayClient,
  type AggregatePayConfig,
  openAggregatePay,
} from "./gateways/aggregate_pay/client.ts";
import type { ConnectCardHost } from "./gateways/card_host/card_link.ts";
import { type CitizenCodeClient, openCitizenCodeClient } from "./gateways/citizen_code/client.ts";
import {
  type CodePaymentClient,
  openCodePaymentClient,
} from "./gateways/citizen_code/payment_client.ts";
import { type HisClient, openHisClient } from "./gateways/his/client.ts";
import { createInsuranceClient, type InsuranceClient } from "./gateways/insurance/client.ts";
import type { RegionalProfile } from "./gateways/insurance/profile.ts";
import { type CardParty, openCardParty } from "./card_party.ts";
import type { MobileParty } from "./mobile_party.ts";
import type { Clock } from "./platform/clock.ts";
import type { Config } from "./platform/config.ts";
import type { Metrics } from "./platform/metrics.ts";
import { Circuit } from "./platform/circuit.ts";
import { openParty, type Party } from "./platform/party.ts";
import type { PartyHealthBook } from "./platform/party_health.ts";

/** The outside world as the modules see it. */
export interface Parties {
  readonly his: HisClient;
  readonly citizenCode: CitizenCodeClient;
  readonly codePayment: CodePaymentClient;
  readonly insurance: InsuranceClient;
  readonly aggregatePay: AggregatePayClient;
  /** Absent where nothing is settled by the centre for mobile payment. */
  readonly mobileInsurance?: MobileParty;
  /** Absent where no bank cards are taken. */
  readonly cardHost?: CardParty;
}

export interface PartiesDeps {
  readonly config: Pick<
    Config,
    "his" | "citizen_code" | "insurance" | "aggregate_pay" | "mobile_insurance" | "card_host"
  >;
  readonly profile: RegionalProfile;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly health?: PartyHealthBook;
  readonly fetch?: typeof fetch;
  /** Over TCP when absent. */
  readonly connectCardHost?: ConnectCardHost;
}

export function openParties(deps: PartiesDeps): Parties {
  const { config, clock } = deps;
  const codePlatform = {
    party: party(deps, "citizen_code", config.citizen_code),
    key: { app: config.citizen_code.app_id, secret: config.citizen_code.secret },
    clock,
  };
  return {
    ...(config.mobile_insurance && { mobileInsurance: mobileParty(deps, config.mobile_insurance) }),
    his: openHisClient({
      party: party(deps, "his", config.his),
      key: { app: config.his.app_id, secret: config.his.secret },
      clock,
    }),
    citizenCode: openCitizenCodeClient(codePlatform),
    codePayment: openCodePaymentClient(codePlatform),
    insurance: createInsuranceClient({
      party: party(deps, "insurance", config.insurance),
      profile: deps.profile,
      secrets: { paasid: config.insurance.paas_id, secretKey: config.insurance.secret },
      clock,
    }),
    aggregatePay: openAggregatePay({
      party: party(deps, "aggregate_pay", config.aggregate_pay),
      config: bankConfig(config.aggregate_pay),
      clock,
    }),
    ...(config.card_host && { cardHost: cardParty(config.card_host, deps) }),
  };
}

function cardParty(
  config: NonNullable<Config["card_host"]>,
  { clock, metrics, health, connectCardHost: connect }: PartiesDeps,
): CardParty {
  return openCardParty(config, {
    clock,
    metrics,
    ...(connect && { connect }),
    ...(health && { health }),
  });
}

function mobileParty(deps: PartiesDeps, config: MobileParty["config"]): MobileParty {
  const { url, wallet_url, timeout_ms } = config;
  return {
    config,
    party: party(deps, "mobile_insurance", { url, timeout_ms }),
    walletParty: party(deps, "medical_wallet", { url: wallet_url, timeout_ms }),
  };
}

export function bankConfig(config: Config["aggregate_pay"]): AggregatePayConfig {
  return {
    appId: config.app_id,
    appKey: config.app_key,
    notifyKey: config.notify_key,
    orderPrefix: config.order_prefix,
    notifyUrl: config.notify_url,
  };
}

function party(
  deps: PartiesDeps,
  name: string,
  line: { readonly url: string; readonly timeout_ms: number },
): Party {
  const circuit = new Circuit();
  deps.health?.add(name, (now) => circuit.state(now));
  return openParty({
    name,
    circuit,
    baseUrl: line.url.replace(/\/$/, ""),
    timeoutMs: line.timeout_ms,
    clock: deps.clock,
    ...(deps.fetch && { fetch: deps.fetch }),
    observe: ({ kind, tookMs }) => {
      deps.metrics.count("yikatong_party_calls_total", { party: name, outcome: kind });
      deps.metrics.observeSeconds("yikatong_party_seconds", { party: name }, tookMs / 1_000);
      deps.health?.note(name, { kind, tookMs, now: deps.clock.now().getTime() });
    },
  });
}
