import type { SmProvider } from "../../crypto/provider.ts";
import { Kysely } from "kysely";
import { openDevelopmentKeys } from "../../cli/platform_keys.ts";
import { createApp, TERMINAL_PREFIX } from "../../server/app.ts";
import { DONGGUAN } from "../../server/gateways/insurance/profile.ts";
import { developmentTerminals } from "../../server/modules/fleet/authenticate_terminal.ts";
import { bankConfig, openParties } from "../../server/parties.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { databaseDialect } from "../../server/platform/db.ts";
import { SILENT_LOG } from "../../server/platform/log.ts";
import { Metrics } from "../../server/platform/metrics.ts";
import { dispatchOutbox } from "../../server/platform/outbox.ts";
import type { Sealer } from "../../server/platform/sealer.ts";
import type { Tables } from "../../server/schema.ts";
import { buildServices, type Services } from "../../server/services.ts";
import { subscriptions } from "../../server/subscriptions.ts";
import { writeBill } from "../load/bills.ts";
import type { Patient } from "../load/patients.ts";
import { visit } from "../load/visit.ts";
import type { Stage } from "../stage/stage.ts";
import { type Statement, statementOf, textOf } from "./statement.ts";

export interface CapturedVisit {
  readonly statements: readonly Statement[];
  /** To HIS, insurance and bank. */
  readonly calls: number;
  readonly began: Date;
  readonly institutionCode: string;
  /** Text of the blind index under which the patient's card is stored. */
  readonly credentialIndex: string;
}

interface Tape {
  statements: Statement[];
  calls: number;
}

/**
 * What one visit asks of the database, down to begin and commit: the second of a person, because
 * the first also makes the patient's row and signs in for the day.
 */
export async function captureVisit(stage: Stage): Promise<CapturedVisit> {
  const [patient] = stage.patients;
  if (!patient) throw new Error("Cannot capture a visit: the city has no patient for it");
  const tape: Tape = { statements: [], calls: 0 };
  await using keys = await openDevelopmentKeys(stage.config.crypto, stage.secrets.columnSecret);
  const { provider, sealer } = keys;
  const db = new Kysely<Tables>({
    dialect: databaseDialect({ url: stage.database.url, poolSize: 1 }),
    log: (event) => void tape.statements.push(statementOf(event)),
  });
  try {
    await visitOn(db, { stage, provider, sealer, patient, tape, serial: 1 });
    tape.statements = [];
    tape.calls = 0;
    const began = SYSTEM_CLOCK.now();
    await visitOn(db, { stage, provider, sealer, patient, tape, serial: 2 });
    return {
      statements: tape.statements.filter(({ sql }) => !isPoll(sql)),
      calls: tape.calls,
      began,
      institutionCode: patient.institutionCode,
      credentialIndex:
        textOf(await sealer.index("social_security_card", patient.card.identifier)) ??
          "",
    };
  } finally {
    await db.destroy();
  }
}

/** The worker asks twice a second for what is due, not once a visit. */
function isPoll(sql: string): boolean {
  return sql.includes("skip locked");
}

async function visitOn(
  db: Kysely<Tables>,
  { stage, provider, sealer, patient, tape, serial }: {
    stage: Stage;
    provider: SmProvider;
    sealer: Sealer;
    patient: Patient;
    tape: Tape;
    serial: number;
  },
): Promise<void> {
  await writeBill(stage.hisUrl, patient);
  const services = servicesOn(db, { stage, provider, sealer }, (...call) => {
    tape.calls += 1;
    return fetch(...call);
  });
  const app = createApp(services);
  await visit({
    ask: async ({ method, path, body }, terminalId) =>
      await app.request(TERMINAL_PREFIX + path, {
        method,
        headers: {
          authorization: `Bearer ${stage.secrets.terminalToken}`,
          "x-terminal-id": terminalId,
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    observe: () => {},
    serial,
  }, patient);
  await services.background.settle();
  await dispatchOutbox({ ...services.platform, handlers: subscriptions(services) });
}

function servicesOn(
  db: Kysely<Tables>,
  { stage, provider, sealer }: { stage: Stage; provider: SmProvider; sealer: Sealer },
  send: typeof fetch,
): Services {
  const { config, secrets } = stage;
  const metrics = new Metrics();
  return buildServices({
    db,
    clock: SYSTEM_CLOCK,
    log: SILENT_LOG,
    metrics,
    provider,
    sealer,
    stopping: new AbortController().signal,
    profile: DONGGUAN,
    parties: openParties({
      config,
      profile: DONGGUAN,
      clock: SYSTEM_CLOCK,
      metrics,
      fetch: send,
    }),
    authenticate: developmentTerminals({ db, token: secrets.terminalToken }),
    notifyConfig: bankConfig(config.aggregate_pay),
  });
}
