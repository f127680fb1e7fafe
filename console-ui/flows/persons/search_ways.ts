import type { SearchBy } from "../../../server/modules/identity/persons/contract.ts";

/** In the order they are offered. */
export const SEARCH_WAYS: readonly SearchBy[] = [
  "id_number",
  "phone",
  "card_number",
  "card_identifier",
];
