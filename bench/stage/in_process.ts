import type { Kysely } from "kysely";
import type { SmProvider } from "../../crypto/provider.ts";
import { createApp, TERMINAL_PREFIX } from "../../server/app.ts";
import { DONGGUAN } from "../../server/gateways/insurance/profile.ts";
import type { AuditWriter } from "../../server/modules/audit/record_events.ts";
import { developmentTerminals } from "../../server/modules/fleet/authenticate_terminal.ts";
import { bankConfig, openParties } from "../../server/parties.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { SILENT_LOG } from "../../server/platform/log.ts";
import { Metrics } from "../../server/platform/metrics.ts";
import { dispatchOutbox } from "../../server/platform/outbox.ts";
import type { RowTags } from "../../server/platform/row_tags.ts";
import type { Sealer } from "../../server/platform/sealer.ts";
import type { Tables } from "../../server/schema.ts";
import { buildServices, type PlatformDeps } from "../../server/services.ts";
import { subscriptions } from "../../server/subscriptions.ts";
import type { Patient } from "../load/patients.ts";
import { type Ask, visit } from "../load/visit.ts";
import type { Stage } from "./stage.ts";

/** The platform without HTTP and without its worker's clock, so that each visit does the same. */
export interface InProcessPlatform {
  visit(patient: Patient, serial: number): Promise<void>;
  /** What the worker does after visits. */
  work(): Promise<void>;
}

export interface InProcessParts {
  readonly db: Kysely<Tables>;
  readonly stage: Pick<Stage, "config" | "secrets">;
  readonly provider: SmProvider;
  readonly sealer: Sealer;
  readonly fetch: typeof fetch;
  /** In place of the platform's own, to see what those cost. */
  readonly proofs?: { readonly audit?: AuditWriter; readonly rowTags?: RowTags };
}

export function inProcessPlatform(parts: InProcessParts): InProcessPlatform {
  const services = buildServices(platformOn(parts), parts.proofs);
  const app = createApp(services);
  const ask: Ask = async ({ method, path, body }, terminalId) =>
    await app.request(TERMINAL_PREFIX + path, {
      method,
      headers: {
        authorization: `Bearer ${parts.stage.secrets.terminalToken}`,
        "x-terminal-id": terminalId,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  return {
    visit: async (patient, serial) => void await visit({ ask, observe: () => {}, serial }, patient),
    async work() {
      await services.background.settle();
      await dispatchOutbox({ ...services.platform, handlers: subscriptions(services) });
    },
  };
}

function platformOn({ db, stage, provider, sealer, fetch }: InProcessParts): PlatformDeps {
  const { config, secrets } = stage;
  const metrics = new Metrics();
  return {
    db,
    clock: SYSTEM_CLOCK,
    log: SILENT_LOG,
    metrics,
    provider,
    sealer,
    stopping: new AbortController().signal,
    profile: DONGGUAN,
    parties: openParties({ config, profile: DONGGUAN, clock: SYSTEM_CLOCK, metrics, fetch }),
    authenticate: developmentTerminals({ db, token: secrets.terminalToken }),
    notifyConfig: bankConfig(config.aggregate_pay),
  };
}
