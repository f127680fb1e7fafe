import type { Kysely } from "kysely";
import type { City, CityInstitution } from "../../sandbox/city/city.ts";
import { addOrganisations, findCity } from "../../server/modules/access/find_organisation.ts";
import { childPath, type Organisation } from "../../server/modules/access/organisation.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import type { AuditWriter } from "../../server/modules/audit/record_events.ts";
import { registerTerminals } from "../../server/modules/fleet/register_terminals.ts";
import { changeSetting } from "../../server/modules/settings/read_settings.ts";
import type { SettingValue } from "../../server/modules/settings/setting.ts";
import type { Clock } from "../../server/platform/clock.ts";
import { newId } from "../../server/platform/ids.ts";
import type { RowTags } from "../../server/platform/row_tags.ts";
import type { Tables } from "../../server/schema.ts";

export interface SeedDeps {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly audit: AuditWriter;
  readonly rowTags: RowTags;
}

/**
 * Loads the city's organisation tree and terminal register, once; false when it was there. `modes`:
 * the ways to pay that the city has switched on beyond the usual ones.
 */
export async function seedCity(
  deps: SeedDeps,
  city: City,
  { modes }: { readonly modes?: SettingValue<"payment.modes"> } = {},
): Promise<boolean> {
  if (await findCity(deps)) return false;
  const tree = treeOf(city, deps.clock);
  const actor = shellActor("yikatong dev");
  await deps.db.transaction().execute(async (tx) => {
    await addOrganisations(tx, deps.rowTags, tree.organisations);
    const terminals = city.terminals.map((terminal) => ({
      id: newId(deps.clock.now()),
      number: terminal.number,
      institutionId: tree.idOf(terminal.institutionCode),
      state: "active" as const,
    }));
    await registerTerminals(deps, tx, { terminals, actor });
    const change = {
      scopeId: tree.rootId,
      name: "kiosk.brand" as const,
      value: { product: "社区诊疗一卡通", city: city.name, logoSvg: null, accent: null },
    };
    await changeSetting(deps, tx, { change, actor });
    if (modes) {
      const offered = { scopeId: tree.rootId, name: "payment.modes" as const, value: modes };
      await changeSetting(deps, tx, { change: offered, actor });
    }
  });
  return true;
}

interface Tree {
  readonly organisations: readonly Organisation[];
  readonly rootId: string;
  readonly idOf: (code: string) => string;
}

function treeOf(city: City, clock: Clock): Tree {
  const byCode = new Map<string, Organisation>();
  function add(
    parent: Organisation | null,
    fields: Pick<Organisation, "kind" | "type" | "code" | "name" | "staffPhone">,
  ): Organisation {
    const id = newId(clock.now());
    const made = { id, parentId: parent?.id ?? null, path: childPath(parent, id), ...fields };
    byCode.set(fields.code, made);
    return made;
  }
  function get(code: string): Organisation {
    const found = byCode.get(code);
    if (!found) throw new Error(`Cannot seed: no organisation has the code "${code}"`);
    return found;
  }
  const area = { type: null, staffPhone: null };
  const root = add(null, { kind: "city", code: city.admdvs, name: city.name, ...area });
  for (const { code, name } of city.towns) {
    add(root, { kind: "town", code, name, ...area });
  }
  for (const institution of [...city.institutions].sort(centresFirst)) {
    const { kind, code, name, staffPhone, parentCode, townCode } = institution;
    const type = kind === "centre" ? "community_health_centre" : "community_health_station";
    add(get(parentCode ?? townCode), { kind, type, code, name, staffPhone });
  }
  return {
    organisations: [...byCode.values()],
    rootId: root.id,
    idOf: (code) => get(code).id,
  };
}

function centresFirst(left: CityInstitution, right: CityInstitution): number {
  return Number(left.kind === "station") - Number(right.kind === "station");
}
