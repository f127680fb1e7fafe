import type { Kysely } from "kysely";
import type { SmProvider } from "../crypto/provider.ts";
import { classifyCode } from "./gateways/citizen_code/classify.ts";
import type { RegionalProfile } from "./gateways/insurance/profile.ts";
import type { Actor } from "./modules/audit/actor.ts";
import { type AuditWriter, createAuditWriter } from "./modules/audit/record_events.ts";
import { cardServices } from "./card_services.ts";
import {
  insuranceAdapters,
  insuranceDeps,
  medicalMixDeps,
  mobileLinesOf,
} from "./insurance_services.ts";
import type { MobileLines } from "./mobile_party.ts";
import { type ConsoleServices, consoleServices } from "./console_services.ts";
import type { ReadHost } from "./modules/compliance/host/host_state.ts";
import type { Installation } from "./modules/compliance/installation.ts";
import type { CheckoutRoutesDeps } from "./modules/checkout/routes.ts";
import { driveOrder } from "./modules/checkout/drive_order.ts";
import { errandsOf } from "./modules/checkout/legs.ts";
import type { Order, OrderSite } from "./modules/checkout/order.ts";
import type { SlipDeps } from "./modules/billing/requests/slip/slip_deps.ts";
import { billPayable } from "./modules/billing/pay_bills.ts";
import type { AuthenticateTerminal } from "./modules/fleet/authenticate_terminal.ts";
import { type FleetLine, openFleetLine } from "./modules/fleet/line/fleet_line.ts";
import type { LineKeys } from "./modules/fleet/line/line_keys.ts";
import { type TerminalSite, TerminalSites } from "./modules/fleet/terminal_site.ts";
import type { InsuranceView } from "./modules/identity/contract.ts";
import {
  type FindIdentificationDeps,
  patientIdsOf,
  patientOfIdentification,
} from "./modules/identity/find_identification.ts";
import type { IdentityRoutesDeps } from "./modules/identity/routes.ts";
import { findClaimAccounts } from "./modules/insurance/choice/relative_part.ts";
import { checkCoverage } from "./modules/insurance/check_coverage.ts";
import type { InsuranceSite } from "./modules/insurance/claim_visit.ts";
import { schemeName } from "./modules/insurance/coverage.ts";
import { decodeVoucher } from "./modules/insurance/decode_voucher.ts";
import type { RelativeRoutesDeps } from "./modules/insurance/relatives/routes.ts";
import { insuranceLeg, insuranceReturnLeg } from "./modules/insurance/insurance_leg.ts";
import { insuranceSite } from "./modules/insurance/insurance_site.ts";
import type { ReceiveNotifyDeps } from "./modules/payment/receive_notify.ts";
import type { CardDeps } from "./modules/payment/card/card_deps.ts";
import { surplusLeg } from "./modules/payment/surplus_leg.ts";
import { tenderLeg } from "./modules/payment/tender_leg.ts";
import { tenderChannels } from "./tender_channels.ts";
import type { InpatientRoutesDeps } from "./modules/inpatient/routes.ts";
import { depositPayable } from "./modules/inpatient/top_up.ts";
import { registrationPayable } from "./modules/registration/register.ts";
import { begunRefundsOf } from "./modules/refund/begun_refunds.ts";
import type { RefundRoutesDeps } from "./modules/refund/routes.ts";
import type { OutsideConfig } from "./outside_services.ts";
import type { Parties } from "./parties.ts";
import { Background } from "./platform/background.ts";
import type { Clock } from "./platform/clock.ts";
import { reasonOf } from "./platform/errors.ts";
import type { Log } from "./platform/log.ts";
import type { Metrics } from "./platform/metrics.ts";
import { mapDone } from "./platform/outcome.ts";
import { createRowTags, type RowTags } from "./platform/row_tags.ts";
import type { Sealer } from "./platform/sealer.ts";
import type { ProtectionDeps } from "./protection/upkeep_works.ts";
import { SLIP_RATE } from "./rate_classes.ts";
import type { Tables } from "./schema.ts";

/** What one process of the platform runs on. */
export interface PlatformDeps {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** With the keys of audit and row tags (`PROOF_KEYS`). */
  readonly provider: SmProvider;
  readonly sealer: Sealer;
  readonly parties: Parties;
  readonly profile: RegionalProfile;
  readonly authenticate: AuthenticateTerminal;
  /** Absent where the platform has no keys to sign a line with. */
  readonly lineKeys?: LineKeys;
  readonly notifyConfig: ReceiveNotifyDeps["config"];
  /** Of the hashes of passwords; fewer than the default are for tests alone. */
  readonly passwordIterations?: number;
  /** Where phones reach the platform; no pay pages are offered when absent. */
  readonly publicUrl?: string;
  /** Where a trace is looked at, with `{traceId}` in it; none is offered when absent. */
  readonly traceUrl?: string;
  /** CIDR ranges from where `/metrics` is read; the machine itself when absent. */
  readonly metricsFrom?: readonly string[];
  /** CIDR ranges; none when absent. */
  readonly trustedProxies?: readonly string[];
  /** Identity providers, authorities of certificates; none when absent. */
  readonly outside?: OutsideConfig;
  /** For evidence of what the platform runs with; absent where that is nobody's. */
  readonly installation?: Installation;
  /** What the machine says of itself, for evidence; absent where it is not the platform's. */
  readonly readHost?: ReadHost;
  /** Aborted when the process stops. */
  readonly stopping: AbortSignal;
}

/** The modules wired together: routes, workers and subscriptions share these. */
export interface Services {
  readonly platform: PlatformDeps;
  readonly audit: AuditWriter;
  readonly rowTags: RowTags;
  readonly protection: ProtectionDeps;
  readonly sites: TerminalSites;
  readonly line: FleetLine | null;
  readonly background: Background;
  /** Null where no bank cards are taken. */
  readonly card: CardDeps | null;
  /** Null where nothing is settled by the centre for mobile payment. */
  readonly mobileLines: MobileLines | null;
  readonly identities: FindIdentificationDeps;
  readonly identity: IdentityRoutesDeps;
  readonly relatives: RelativeRoutesDeps;
  readonly checkout: CheckoutRoutesDeps;
  readonly refunds: RefundRoutesDeps;
  readonly inpatient: InpatientRoutesDeps;
  /** What hospitals' systems ask to be paid, and the phones that pay it. */
  readonly slips: SlipDeps;
  readonly console: ConsoleServices;
  readonly insuranceSiteOf: (site: TerminalSite) => InsuranceSite;
}

/** A request waits this long for an order to move on; after that the screen asks again. */
const DRIVE_WAIT_MS = 2_500;

/** What proves rows and deeds; others than the platform's own are for measuring alone. */
interface Proofs {
  readonly audit?: AuditWriter;
  readonly rowTags?: RowTags;
}

export function buildServices(platform: PlatformDeps, proofs: Proofs = {}): Services {
  const { db, clock, sealer } = platform;
  const background = new Background((thrown) =>
    platform.log.error("Order not driven on", { why: reasonOf(thrown) })
  );
  const identities = { db, clock, sealer };
  const insuranceSiteOf = (site: TerminalSite) => insuranceSite(site, platform.profile.admdvs);
  const audit = proofs.audit ?? createAuditWriter(platform);
  const rowTags = proofs.rowTags ?? createRowTags(platform.provider);
  const card = cardServices(platform, { audit, tags: rowTags });
  const mobile = mobileLinesOf(platform);
  const sites = new TerminalSites({ ...platform, audit, rowTags });
  const checkout = checkoutDeps(platform, {
    audit,
    sites,
    background,
    identities,
    insuranceSiteOf,
    tags: rowTags,
    card,
    mobile,
  });
  const console = consoleServices(platform, { audit, rowTags });
  const refunds = refundDeps(platform, checkout, sites);
  return {
    platform,
    audit,
    rowTags,
    protection: { ...platform, audit, rowTags },
    console,
    sites,
    line: platform.lineKeys ? openFleetLine({ ...platform, audit, keys: platform.lineKeys }) : null,
    background,
    card,
    mobileLines: mobile,
    identities,
    identity: {
      at: (site, actor) => identityPorts(platform, { site: insuranceSiteOf(site), actor, audit }),
    },
    relatives: {
      at: (site, actor) => {
        const own = insuranceSiteOf(site);
        const ports = identityPorts(platform, { site: own, actor, audit });
        return { ...insuranceDeps(platform, audit), ...ports, tags: rowTags, site: own };
      },
    },
    checkout,
    refunds,
    inpatient: { ...refunds, db, his: platform.parties.his, insuranceSiteOf },
    slips: {
      ...checkout,
      db,
      checkout,
      his: platform.parties.his,
      siteOf: (institutionId) => sites.get(institutionId),
      mayAsk: async (id) => (await console.rateLimits.take(SLIP_RATE, id)).isTaken,
    },
    insuranceSiteOf,
  };
}

function refundDeps(
  { db }: PlatformDeps,
  checkout: CheckoutRoutesDeps,
  sites: TerminalSites,
): RefundRoutesDeps {
  return {
    ...checkout,
    db,
    limitsAt: async (terminalId) => (await sites.get(terminalId)).settings.get("refund.limits"),
  };
}

function identityPorts(
  platform: PlatformDeps,
  { site, actor, audit }: {
    readonly site: InsuranceSite;
    readonly actor: Actor;
    readonly audit: AuditWriter;
  },
): ReturnType<IdentityRoutesDeps["at"]> {
  const { db, clock, sealer, parties } = platform;
  const insurance = insuranceDeps(platform, audit);
  return {
    db,
    clock,
    sealer,
    audit,
    actor,
    classifyCode,
    decodeVoucher: (code, service) => decodeVoucher(insurance, { site, code, service }),
    decodeCitizenCode: (code) => parties.citizenCode.decode({ code }),
    async findHisRecord(person) {
      const by = { kind: "id_number", idNumber: person.idNumber } as const;
      const found = await parties.his.findPatient({ institutionCode: site.code, by });
      return mapDone(
        found,
        (patient) => patient && { hisPatientId: patient.patientId, phone: patient.phone },
      );
    },
    async createHisRecord(requestId, person) {
      const made = await parties.his.createPatient({
        requestId,
        institutionCode: site.code,
        name: person.name,
        idNumber: person.idNumber,
        phone: person.phone ?? "",
      });
      return mapDone(made, (patient) => ({ hisPatientId: patient.patientId }));
    },
    async checkCoverage(check): Promise<InsuranceView> {
      const coverage = await checkCoverage(insurance, { ...check, site, actor });
      if (coverage.status !== "covered") return coverage;
      const { accountBalance, schemes, ...shown } = coverage;
      return {
        ...shown,
        accountBalanceFen: accountBalance.toString(),
        ...(platform.profile.tellsOutcome && { tellsOutcome: true }),
        schemes: schemes.map(({ insutype }) => ({
          scheme: insutype,
          schemeName: schemeName(insutype),
        })),
      };
    },
  };
}

interface CheckoutParts {
  readonly audit: AuditWriter;
  readonly sites: TerminalSites;
  readonly background: Background;
  readonly identities: FindIdentificationDeps;
  readonly insuranceSiteOf: (site: TerminalSite) => InsuranceSite;
  readonly tags: RowTags;
  readonly card: CardDeps | null;
  readonly mobile: MobileLines | null;
}

function checkoutDeps(platform: PlatformDeps, parts: CheckoutParts): CheckoutRoutesDeps {
  const { db, clock, log, sealer, parties, stopping, publicUrl = null } = platform;
  const { audit, sites, background, identities, tags } = parts;
  const medical = medicalMixDeps(platform, parts);
  const money = { channels: tenderChannels(parties, { card: parts.card, medical }), clock, tags };
  const adapters = insuranceAdapters(platform, parts);
  const orderSite = (site: TerminalSite): OrderSite => ({
    site: parts.insuranceSiteOf(site),
    terminalNumber: site.terminal.number,
    merchants: site.settings.get("payment.merchants"),
    profile: site.settings.get("checkout.profile"),
    modes: site.settings.get("payment.modes"),
    schedules: site.settings.get("payment.schedules"),
    deposits: site.settings.get("inpatient.deposits"),
  });
  const deps: CheckoutRoutesDeps = {
    db,
    clock,
    log,
    sealer,
    tags,
    audit,
    stopping,
    publicUrl,
    identities,
    orderSite,
    insurance: errandsOf(insuranceLeg(adapters), (tx) => tx),
    insuranceReturn: errandsOf(insuranceReturnLeg(adapters), (tx) => tx),
    tender: errandsOf(tenderLeg(money), (tx) => tx),
    surplus: errandsOf(surplusLeg(money), (tx) => tx),
    payables: {
      bills: billPayable({ his: parties.his }),
      registration: registrationPayable({ his: parties.his }),
      deposit: depositPayable({ his: parties.his }),
    },
    siteOf: async (order: Pick<Order, "terminalId">) =>
      orderSite(await sites.get(order.terminalId)),
    patientIdsOf: (identificationId, tx) => patientIdsOf({ db: tx ?? db }, identificationId),
    patientOf: (identificationId) => patientOfIdentification(identities, identificationId),
    accountsOf: (order) => findClaimAccounts(db, { orderId: order.id, at: order.at }),
    refundIdsOf: (orderId) => begunRefundsOf(db, orderId),
    waitFor: (drive) => background.waitFor(drive, DRIVE_WAIT_MS),
    async repair(order) {
      try {
        await background.waitFor(driveOrder(deps, order), DRIVE_WAIT_MS);
      } catch (thrown) {
        const about = { orderId: order.id, why: reasonOf(thrown) };
        log.warn("Order not driven on by a reader", about);
      }
    },
  };
  return deps;
}
