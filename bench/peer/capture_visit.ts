import { Kysely } from "kysely";
import { openDevelopmentKeys } from "../../cli/platform_keys.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { databaseDialect } from "../../server/platform/db.ts";
import type { Tables } from "../../server/schema.ts";
import { writeBill } from "../load/bills.ts";
import { inProcessPlatform } from "../stage/in_process.ts";
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
    const platform = inProcessPlatform({ db, stage, provider, sealer, fetch: counted(tape) });
    const visitOnce = async (serial: number) => {
      await writeBill(stage.hisUrl, patient);
      await platform.visit(patient, serial);
      await platform.work();
    };
    await visitOnce(1);
    tape.statements = [];
    tape.calls = 0;
    const began = SYSTEM_CLOCK.now();
    await visitOnce(2);
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

function counted(tape: Tape): typeof fetch {
  return (...call) => {
    tape.calls += 1;
    return fetch(...call);
  };
}
