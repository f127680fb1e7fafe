/**
 * House rules that `deno lint` does not know: which way folders and modules may depend, where SQL
 * and the environment may be read. They guard direction, not taste.
 */
import { environmentInConfig } from "./house/environment_in_config.ts";
import { importDirection } from "./house/import_direction.ts";
import { noBarrel } from "./house/no_barrel.ts";
import { sqlInStore } from "./house/sql_in_store.ts";

export default {
  name: "house",
  rules: {
    "import-direction": importDirection,
    "sql-in-store": sqlInStore,
    "environment-in-config": environmentInConfig,
    "no-barrel": noBarrel,
  },
} satisfies Deno.lint.Plugin;
