import type { Kysely } from "kysely";
import { DomainError } from "../../platform/errors.ts";
import type { RowAlarmTables } from "../../platform/row_alarm.ts";
import { findOrganisation, getOrganisation } from "../access/find_organisation.ts";
import { type Organisation, pathIds } from "../access/organisation.ts";
import type { AccessTables } from "../access/tables.ts";
import type { AuditTables } from "../audit/tables.ts";
import { readSettings, type ReadSettingsDeps, type Settings } from "../settings/read_settings.ts";
import type { SettingsTables } from "../settings/tables.ts";
import { findTerminalById } from "./store.ts";
import type { FleetTables } from "./tables.ts";
import type { Terminal } from "./terminal.ts";

/** A terminal, or an institution's phones, with where it stands and what is set for it there. */
export interface TerminalSite {
  readonly terminal: Terminal;
  readonly institution: Organisation;
  readonly settings: Settings;
}

export interface TerminalSitesDeps extends Omit<ReadSettingsDeps, "db"> {
  readonly db: Kysely<FleetTables & AccessTables & SettingsTables & RowAlarmTables & AuditTables>;
}

/** How long a changed setting may take to reach a terminal. */
const SITE_MS_MAX = 2_000;
const SITES_MAX = 2_000;

/** Sites as read lately, so that one visit's dozen calls read them once. */
export class TerminalSites {
  readonly #deps: TerminalSitesDeps;
  readonly #kept = new Map<string, { site: Promise<TerminalSite>; until: number }>();

  constructor(deps: TerminalSitesDeps) {
    this.#deps = deps;
  }

  get(terminalId: string): Promise<TerminalSite> {
    const now = this.#deps.clock.now().getTime();
    const kept = this.#kept.get(terminalId);
    if (kept && kept.until > now && kept.until <= now + SITE_MS_MAX) return kept.site;
    if (this.#kept.size >= SITES_MAX) this.#kept.clear();
    const site = readSite(this.#deps, terminalId);
    site.catch(() => this.#kept.delete(terminalId));
    this.#kept.set(terminalId, { site, until: now + SITE_MS_MAX });
    return site;
  }
}

async function readSite(deps: TerminalSitesDeps, placeId: string): Promise<TerminalSite> {
  const terminal = await findTerminalById(deps.db, placeId) ?? await phonesOf(deps, placeId);
  const institution = await getOrganisation(deps, terminal.institutionId);
  const scopes = [...pathIds(institution), terminal.id];
  return { terminal, institution, settings: await readSettings(deps, scopes) };
}

/** What stands for all phones of an institution, under the institution's own id. */
async function phonesOf({ db }: TerminalSitesDeps, id: string): Promise<Terminal> {
  const institution = await findOrganisation({ db }, id);
  if (!institution || institution.type === null) {
    throw new DomainError("fleet.not_found", `Cannot find terminal "${id}"`);
  }
  const number = `M${institution.code.slice(-PHONES_DIGITS)}`;
  return { id, number, institutionId: id, state: "active" };
}

/** Of an institution's code, so that orders by phone are told apart when their number is read out. */
const PHONES_DIGITS = 4;
