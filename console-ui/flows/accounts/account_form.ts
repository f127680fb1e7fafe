import type {
  AccountView,
  ChangeAccountBody,
  CreateAccountBody,
} from "../../../server/modules/access/accounts/contract.ts";
import { dayEnd, dayOf } from "../../i18n/format.ts";

type Fields = Readonly<Record<string, string>>;

const KINDS = ["person", "program"] as const;
const DUTIES = ["system", "security", "audit", "business"] as const;

export function newAccountOf(fields: Fields, id: string): CreateAccountBody {
  return {
    id,
    kind: KINDS.find((kind) => kind === fields["kind"]) ?? "person",
    login: fields["login"] ?? "",
    name: fields["name"] ?? "",
    organisationId: fields["organisationId"] ?? "",
    duty: DUTIES.find((duty) => duty === fields["duty"]) ?? "business",
    expiresAt: dayEnd(fields["expiresAt"] ?? ""),
  };
}

/** Only what differs: an end that is not touched keeps its time of day. */
export function changeOf(fields: Fields, account: AccountView): ChangeAccountBody {
  const { name = "", expiresAt = "" } = fields;
  return {
    ...(name !== account.name && { name }),
    ...(expiresAt !== dayOf(account.expiresAt) && { expiresAt: dayEnd(expiresAt) }),
  };
}
