import type { AnchorFile } from "./modules/audit/chain/write_anchors.ts";
import { deleteOverSignIns } from "./modules/access/sign_in/jobs.ts";
import { createAuditJobs } from "./modules/audit/jobs.ts";
import { retireAccounts } from "./modules/access/accounts/jobs.ts";
import { endExpiredGrants, renewBuiltinRoles } from "./modules/access/rights/jobs.ts";
import { deleteOverRequests } from "./modules/billing/requests/jobs.ts";
import { createOrderWatch } from "./modules/checkout/alarms/watch_orders.ts";
import { driveDueOrders } from "./modules/checkout/jobs.ts";
import { workOnPacks } from "./modules/compliance/jobs.ts";
import { beginWaitingParts } from "./modules/inpatient/jobs.ts";
import { forgetOldAnswers } from "./modules/identity/jobs.ts";
import { closeDays } from "./modules/ledger/days/close_days.ts";
import { listOpenHolds } from "./modules/ledger/open_holds.ts";
import type { CardDeps } from "./modules/payment/card/card_deps.ts";
import {
  driveOpenCardMessages,
  probeCardLine,
  settleDueBatches,
} from "./modules/payment/card/jobs.ts";
import { cityAlarms } from "./city_alarms.ts";
import { evidencePacks } from "./evidence_packs.ts";
import { tidyOutside } from "./outside_services.ts";
import { reasonOf } from "./platform/errors.ts";
import { dispatchOutbox } from "./platform/outbox.ts";
import { ensurePartitions } from "./platform/partitions.ts";
import { pauseFor } from "./platform/pause.ts";
import { deleteOldLeases } from "./platform/rate_limit.ts";
import { PARTITIONED } from "./schema.ts";
import { startNightlyCheck, workProtection } from "./protection/upkeep_works.ts";
import type { Services } from "./services.ts";
import { subscriptions } from "./subscriptions.ts";

const ROUND_MS = 500;
/** With the rows of one round it bounds how fast tables are sealed anew and checked. */
const UPKEEP_MS = 2_000;
/** How often it is asked whether the nightly check is due. */
const NIGHTLY_MS = 600_000;
const PACKS_MS = 2_000;
const HOLDS_MS = 15_000;
const LEDGER_DAYS_MS = 60_000;
const CARD_MESSAGES_MS = 5_000;
const CARD_LINE_MS = 60_000;
const CARD_BATCHES_MS = 300_000;
const OUTSIDE_MS = 30_000;
/** An event is in the chain this long after its change, or a little more. */
const AUDIT_LINK_MS = 2_000;
const AUDIT_SIGN_MS = 15_000;
/** It is asked so often whether a day has passed. */
const AUDIT_VERIFY_MS = 600_000;
const AUDIT_ASKED_MS = 2_000;
const AUDIT_SWEEP_MS = 60_000;
const GRANTS_MS = 30_000;
const ACCOUNTS_MS = 3_600_000;
const PARTITIONS_MS = 3_600_000;
const SIGN_INS_MS = 600_000;

export interface WorkerOptions {
  /** Where checkpoints of the audit trail are written down outside of the database. */
  readonly anchors: AnchorFile | null;
}

/**
 * Works until the process stops: due orders, events, the audit chain, partitions. Resolves when the
 * round has ended.
 */
export async function runWorker(
  services: Services,
  { anchors }: WorkerOptions = { anchors: null },
): Promise<void> {
  const { platform, audit } = services;
  const auditJobs = createAuditJobs({ ...platform, audit, anchors });
  const access = { ...services.console, ...platform };
  const outbox = { ...platform, handlers: subscriptions(services) };
  const jobs = [
    { name: "orders", everyMs: ROUND_MS, run: () => driveDueOrders(services.checkout) },
    { name: "events", everyMs: ROUND_MS, run: () => dispatchOutbox(outbox) },
    { name: "audit_links", everyMs: AUDIT_LINK_MS, run: () => auditJobs.link() },
    { name: "audit_checkpoints", everyMs: AUDIT_SIGN_MS, run: () => auditJobs.sign() },
    { name: "audit_verify", everyMs: AUDIT_VERIFY_MS, run: () => auditJobs.verify() },
    { name: "audit_exports", everyMs: AUDIT_SWEEP_MS, run: () => auditJobs.sweep() },
    { name: "audit_verify_asked", everyMs: AUDIT_ASKED_MS, run: () => auditJobs.verifyAsked() },
    {
      name: "reseal",
      everyMs: UPKEEP_MS,
      run: () => workProtection(services.protection, "reseal"),
    },
    {
      name: "integrity",
      everyMs: UPKEEP_MS,
      run: () => workProtection(services.protection, "integrity"),
    },
    {
      name: "integrity_nightly",
      everyMs: NIGHTLY_MS,
      run: () => startNightlyCheck(services.protection),
    },
    { name: "packs", everyMs: PACKS_MS, run: () => workOnPacks(evidencePacks(services)) },
    { name: "accounts", everyMs: ACCOUNTS_MS, run: () => retireAccounts(access) },
    { name: "grants", everyMs: GRANTS_MS, run: () => endExpiredGrants(access) },
    { name: "roles", everyMs: ACCOUNTS_MS, run: () => renewBuiltinRoles(access) },
    { name: "answers", everyMs: PARTITIONS_MS, run: () => forgetOldAnswers(services.identities) },
    {
      name: "card_messages",
      everyMs: CARD_MESSAGES_MS,
      run: () => withCards(services, driveOpenCardMessages),
    },
    {
      name: "card_line",
      everyMs: CARD_LINE_MS,
      run: () => withCards(services, (deps) => watchCardLine(services, deps)),
    },
    {
      name: "card_batches",
      everyMs: CARD_BATCHES_MS,
      run: () => withCards(services, settleDueBatches),
    },
    {
      name: "discharges",
      everyMs: HOLDS_MS,
      run: () => beginWaitingParts(services.inpatient),
    },
    { name: "holds", everyMs: HOLDS_MS, run: () => watchHolds(services) },
    { name: "order_alarms", everyMs: HOLDS_MS, run: orderWatch(services) },
    {
      name: "ledger_days",
      everyMs: LEDGER_DAYS_MS,
      run: () => closeDays({ ...platform, tags: services.rowTags }),
    },
    { name: "outside", everyMs: OUTSIDE_MS, run: () => tidyOutside(services) },
    { name: "payment_requests", everyMs: SIGN_INS_MS, run: () => deleteOverRequests(platform) },
    { name: "sign_ins", everyMs: SIGN_INS_MS, run: () => cleanSignIns(services) },
    {
      name: "partitions",
      everyMs: PARTITIONS_MS,
      run: () => ensurePartitions(platform.db, PARTITIONED, platform.clock.now()),
    },
  ];
  await Promise.all(jobs.map((job) => repeat(services, job)));
}

/** Money paid and not yet posted is visible with its age. */
async function watchHolds({ platform }: Services): Promise<void> {
  const holds = await listOpenHolds(platform, platform.clock.now());
  platform.metrics.set("yikatong_open_holds", {}, holds.length);
  platform.metrics.set("yikatong_oldest_hold_seconds", {}, (holds[0]?.ageMs ?? 0) / 1_000);
}

async function watchCardLine({ platform }: Services, deps: CardDeps): Promise<void> {
  platform.metrics.set("yikatong_card_line_up", {}, Number(await probeCardLine(deps)));
}

async function withCards(
  { card }: Services,
  work: (deps: CardDeps) => Promise<unknown>,
): Promise<void> {
  if (card) await work(card);
}

function orderWatch(services: Services): () => Promise<void> {
  return createOrderWatch({
    ...services.platform,
    alarms: () => cityAlarms(services),
  });
}

async function cleanSignIns({ platform }: Services): Promise<void> {
  await deleteOverSignIns(platform);
  await deleteOldLeases(platform);
}

interface Job {
  readonly name: string;
  readonly everyMs: number;
  readonly run: () => Promise<unknown>;
}

async function repeat({ platform }: Services, job: Job): Promise<void> {
  while (!platform.stopping.aborted) {
    try {
      await job.run();
    } catch (thrown) {
      platform.log.error("Job failed", { job: job.name, why: reasonOf(thrown) });
    }
    await pauseFor(job.everyMs, platform.stopping);
  }
}
