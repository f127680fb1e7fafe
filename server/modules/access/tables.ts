import type { OrganisationKind } from "./organisation.ts";

export interface AccessTables {
  organisation: {
    id: string;
    parent_id: string | null;
    kind: OrganisationKind;
    code: string;
    name: string;
    staff_phone: string | null;
    path: string;
  };
}
