import { RELEASE } from "../../../platform/release.ts";
import { billOfMaterials } from "./bill_of_materials.ts";
import { readLocked } from "./locked_packages.ts";
import type { PackageList } from "./packages.ts";

/** From source, where nothing was chosen to be shipped: all that is installed counts. */
export async function listInstalled(): Promise<PackageList> {
  const { packages, direct } = await readLocked();
  const shipped = new Set(packages.filter(({ isInstalled }) => isInstalled).map(({ id }) => id));
  const bill = billOfMaterials({
    version: RELEASE.version,
    created: null,
    runtime: { package: "deno", version: Deno.version.deno, sha512: null },
    packages,
    direct,
    shipped,
  });
  return {
    packages: packages.map(({ id, name, version, sha512, licence }) => ({
      name,
      version,
      sha512,
      licence: licence?.expression ?? null,
      isShipped: shipped.has(id),
    })),
    bill,
  };
}
