import { z } from "zod";
import { ownFile } from "../../../platform/release.ts";
import type { Package, PackageList } from "./packages.ts";

/** Of CycloneDX, what the table says. */
const billSchema = z.looseObject({
  components: z.array(z.object({
    group: z.string().optional(),
    name: z.string(),
    version: z.string(),
    scope: z.string().optional(),
    hashes: z.array(z.object({ alg: z.string(), content: z.string() })).default([]),
    licenses: z.array(z.object({
      expression: z.string().optional(),
      license: z.object({ id: z.string().optional(), name: z.string().optional() }).optional(),
    })).default([]),
  })),
});

type Component = z.infer<typeof billSchema>["components"][number];

/** Of a built program: the bill of materials that was made with it. */
export async function listShipped(): Promise<PackageList> {
  const bill = JSON.parse(await Deno.readTextFile(ownFile("share/sbom.cdx.json")));
  return { packages: packagesOf(bill), bill };
}

/** Of a bill of materials, the runtime among them. */
export function packagesOf(bill: unknown): Package[] {
  return billSchema.parse(bill).components.map(toPackage);
}

function toPackage({ group, name, version, scope, hashes, licenses }: Component): Package {
  const licences = licenses.flatMap(({ expression, license }) =>
    expression ?? license?.id ?? license?.name ?? []
  );
  return {
    name: group === undefined ? name : `${group}/${name}`,
    version,
    sha512: hashes.find(({ alg }) => alg === "SHA-512")?.content ?? null,
    licence: licences.join(" AND ") || null,
    isShipped: scope !== "excluded",
  };
}
