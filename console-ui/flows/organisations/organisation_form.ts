import type {
  ChangeOrganisationBody,
  CreateOrganisationBody,
  OrganisationView,
} from "../../../server/modules/access/organisations/contract.ts";
import { ZH } from "../../i18n/zh.ts";

export type NewKind = CreateOrganisationBody["kind"];

const BELOW: Readonly<Record<OrganisationView["kind"], readonly NewKind[]>> = {
  city: ["town"],
  town: ["centre", "station"],
  centre: ["station"],
  station: [],
};

/** A station stands below a centre, or where a town has none, below the town. */
export function kindsBelow(kind: OrganisationView["kind"]): readonly NewKind[] {
  return BELOW[kind];
}

type Fields = Readonly<Record<string, string>>;

export function newOrganisationOf(
  fields: Fields,
  kind: NewKind,
): Omit<CreateOrganisationBody, "id" | "parentId"> {
  return {
    kind,
    code: fields["code"] ?? "",
    name: fields["name"] ?? "",
    type: typeOf(fields),
    staffPhone: phoneOf(fields),
  };
}

export function changeOf(fields: Fields): ChangeOrganisationBody {
  const type = typeOf(fields);
  return {
    name: fields["name"] ?? "",
    staffPhone: phoneOf(fields),
    ...(type !== null && { type }),
  };
}

function typeOf(fields: Fields): OrganisationView["type"] {
  const types = Object.keys(ZH.organisations.type) as (keyof typeof ZH.organisations.type)[];
  return types.find((type) => type === fields["type"]) ?? null;
}

function phoneOf(fields: Fields): string | null {
  return fields["staffPhone"] || null;
}
