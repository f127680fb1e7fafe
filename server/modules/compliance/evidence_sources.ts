import type { Kysely } from "kysely";
import type { SmProvider } from "../../../crypto/provider.ts";
import type { Clock } from "../../platform/clock.ts";
import { ownFile, RELEASE } from "../../platform/release.ts";
import type { AccountsDeps } from "./evidence/accounts.ts";
import { accountsSource } from "./evidence/accounts.ts";
import { backupsSource, drillsSource } from "./evidence/backups.ts";
import { chainSources } from "./evidence/chain.ts";
import { configurationSource } from "./evidence/configuration.ts";
import { interfacesSource } from "./evidence/interfaces.ts";
import { erasuresSource } from "./evidence/erasures.ts";
import { keysSource } from "./evidence/keys.ts";
import { packagesSource } from "./evidence/packages.ts";
import { personalDataSource } from "./evidence/personal_data.ts";
import { policiesSource } from "./evidence/policies.ts";
import { programSource } from "./evidence/program_files.ts";
import { retentionSource } from "./evidence/retention.ts";
import { rightsSource } from "./evidence/rights.ts";
import { clocksSource, terminalsSource } from "./evidence/terminals.ts";
import { trailSources } from "./evidence/trail.ts";
import { versionsSource } from "./evidence/versions.ts";
import type { EvidenceSource } from "./evidence_source.ts";
import { type ReadHost, readOnce } from "./host/host_state.ts";
import type { Installation, RouteLine } from "./installation.ts";
import type { CertificateTables } from "../access/certificates/tables.ts";
import type { ProgramTables } from "../access/programs/tables.ts";
import type { SignInTables } from "../access/sign_in/tables.ts";
import type { AccessTables } from "../access/tables.ts";
import type { AuditTables } from "../audit/tables.ts";
import type { FleetTables } from "../fleet/tables.ts";
import type { SettingsTables } from "../settings/tables.ts";
import type { ComplianceTables } from "./tables.ts";

/** Of every module whose evidence is read, and of what a pack writes. */
export type PackTables =
  & AccessTables
  & SignInTables
  & CertificateTables
  & ProgramTables
  & AuditTables
  & SettingsTables
  & FleetTables
  & ComplianceTables;

export interface EvidenceDeps {
  readonly db: Kysely<PackTables>;
  readonly clock: Clock;
  readonly provider: SmProvider;
  readonly policies: AccountsDeps["policies"];
  /** Null where it is not known what the platform runs with. */
  readonly installation: Installation | null;
  readonly routes: () => readonly RouteLine[];
  readonly readHost: ReadHost;
}

/**
 * What there is to collect today. Program files (E-14) are compared in a release alone, and a pack
 * says so.
 */
export function evidenceSources(deps: EvidenceDeps, signal: AbortSignal): EvidenceSource[] {
  const { installation } = deps;
  const readHost = readOnce(deps.readHost);
  return [
    accountsSource(deps),
    rightsSource(deps),
    policiesSource(deps),
    ...chainSources({ ...deps, signal }),
    retentionSource(deps),
    personalDataSource(deps),
    keysSource(deps),
    packagesSource(),
    terminalsSource(deps),
    clocksSource({ ...deps, readHost }),
    backupsSource(deps),
    drillsSource(deps),
    erasuresSource(deps),
    versionsSource(deps),
    ...trailSources(deps),
    ...(installation === null ? [] : [
      configurationSource({ ...deps, installation }),
      interfacesSource({ ...deps, installation, readHost }),
    ]),
    ...(installation === null || RELEASE.form !== "bundled" ? [] : [
      programSource({ ...deps, folder: ownFile(""), settings: installation.release }),
    ]),
  ];
}
