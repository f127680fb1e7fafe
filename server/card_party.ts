import { CardLine } from "./gateways/card_host/card_line.ts";
import { type ConnectCardHost, tcpLink } from "./gateways/card_host/card_link.ts";
import { type CardHostClient, openCardHost } from "./gateways/card_host/client.ts";
import type { HostProfile } from "./gateways/card_host/wire/host_profile.ts";
import { UNIONPAY_SM4, UNIONPAY_TDES } from "./gateways/card_host/wire/unionpay.ts";
import type { CardLineSettings } from "./modules/payment/card/card_deps.ts";
import type { Clock } from "./platform/clock.ts";
import type { Config } from "./platform/config.ts";
import type { Metrics } from "./platform/metrics.ts";
import type { PartyHealthBook } from "./platform/party_health.ts";

/** The bank's card host as the platform has it. */
export interface CardParty extends Disposable {
  readonly client: CardHostClient;
  readonly profile: HostProfile;
  readonly settings: CardLineSettings;
}

export interface CardPartyDeps {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly health?: PartyHealthBook;
  /** Over TCP to where the configuration says when absent. */
  readonly connect?: ConnectCardHost;
}

const PARTY = "card_host";

const PROFILES: Readonly<Record<HostProfile["name"], HostProfile>> = {
  unionpay_sm4: UNIONPAY_SM4,
  unionpay_tdes: UNIONPAY_TDES,
};

export function openCardParty(
  config: NonNullable<Config["card_host"]>,
  { clock, metrics, connect, health }: CardPartyDeps,
): CardParty {
  const profile = PROFILES[config.profile] ?? UNIONPAY_SM4;
  const tpdu = Uint8Array.fromHex(config.tpdu).subarray(0, profile.framing.tpduBytes);
  const line = new CardLine({
    connect: connect ?? tcpLink({ host: config.host, port: config.port }),
    framing: { ...profile.framing, tpdu },
    table: profile.table,
    answerMs: config.timeout_ms,
    clock,
    observe: (event) => metrics.count("yikatong_card_line_total", { event }),
    note: (kind, tookMs) => health?.note(PARTY, { kind, tookMs, now: clock.now().getTime() }),
  });
  health?.add(PARTY, (now) => line.isPaused(now) ? "open" : "closed");
  return {
    client: openCardHost({ line, profile }),
    profile,
    settings: {
      hostId: config.host_id,
      masterKey: config.master_key,
      speaker: { merchant: config.merchant, terminal: config.terminal },
      terminalPrefix: config.terminal_prefix,
      answerMs: config.timeout_ms,
    },
    [Symbol.dispose]: () => line[Symbol.dispose](),
  };
}
