import {
  type BillFacts,
  billOfMaterials,
} from "../../server/modules/compliance/evidence/bill_of_materials.ts";
import { readLocked } from "../../server/modules/compliance/evidence/locked_packages.ts";
import { refusedLicences } from "./licences.ts";
import { shippedPackages } from "./shipped_packages.ts";

export type SbomFacts = Pick<BillFacts, "version" | "created" | "runtime">;

/**
 * Writes the release's bill of materials (`share/sbom.cdx.json`): the same lock file and facts give
 * the same bytes. Throws where a package's licence is not one that we may ship.
 */
export async function writeSbom(path: string, facts: SbomFacts): Promise<void> {
  const locked = await readLocked();
  const shipped = await shippedPackages(locked);
  const refused = refusedLicences(locked.packages, shipped);
  if (refused.length > 0) {
    throw new Error(
      `Cannot ship under these licences (tools/build/licences.ts):\n${refused.join("\n")}`,
    );
  }
  const bill = billOfMaterials({ ...facts, ...locked, shipped });
  await Deno.writeTextFile(path, `${JSON.stringify(bill, null, 2)}\n`);
}
