import type { TerminalSite } from "../fleet/terminal_site.ts";
import type { InsuranceSite } from "./claim_visit.ts";

/** A terminal's institution as insurance knows it; the operator is the terminal's own. */
export function insuranceSite(site: TerminalSite, admdvs: string): InsuranceSite {
  const { institution, terminal } = site;
  return {
    institutionId: institution.id,
    code: institution.code,
    name: institution.name,
    admdvs,
    route: site.settings.get("insurance.route"),
    operator: { number: `ZZ${terminal.number}`, name: `自助机${terminal.number}` },
  };
}
