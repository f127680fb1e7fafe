/**
 * House rules that `deno lint` does not know: which way folders and modules may depend, where SQL
 * and the environment may be read, and who may hold a key. They guard direction, not taste.
 */
import { cryptoPackages } from "./house/crypto_packages.ts";
import { environmentInConfig } from "./house/environment_in_config.ts";
import { importDirection } from "./house/import_direction.ts";
import { keysInProvider } from "./house/keys_in_provider.ts";
import { noBarrel } from "./house/no_barrel.ts";
import { sqlInStore } from "./house/sql_in_store.ts";

export default {
  name: "house",
  rules: {
    "import-direction": importDirection,
    "sql-in-store": sqlInStore,
    "environment-in-config": environmentInConfig,
    "no-barrel": noBarrel,
    "keys-in-provider": keysInProvider,
    "crypto-packages": cryptoPackages,
  },
} satisfies Deno.lint.Plugin;
