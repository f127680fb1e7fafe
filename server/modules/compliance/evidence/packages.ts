import { RELEASE } from "../../../platform/release.ts";
import type { EvidenceSource } from "../evidence_source.ts";
import type { CsvValue } from "../pack/csv.ts";
import { listInstalled } from "./installed_packages.ts";
import { listShipped } from "./shipped_packages.ts";

export interface Package {
  readonly name: string;
  readonly version: string;
  /** "sha512-…", as the registry gave it. */
  readonly integrity: string | null;
  readonly licence: string | null;
}

/** Packages, and the bill of materials that lists them. */
export interface PackageList {
  readonly packages: readonly Package[];
  readonly bill: object;
}

/** E-13: every package the program was built with. */
export function packagesSource(): EvidenceSource {
  return {
    id: "E-13",
    async collect(_period, files) {
      const { packages, bill } =
        await (RELEASE.form === "source" ? listInstalled() : listShipped());
      await files.table({
        name: "packages",
        title: "组件",
        columns: ["组件", "版本", "完整性摘要", "许可证"],
        rows: packages.map(({ name, version, integrity, licence }): CsvValue[] => [
          name,
          version,
          integrity,
          licence,
        ]),
      });
      await files.json({ name: "sbom", title: "CycloneDX 物料清单" }, bill);
      return {
        packages: packages.length,
        packagesWithoutDigest: packages.filter(({ integrity }) => integrity === null).length,
        packagesWithoutLicence: packages.filter(({ licence }) => licence === null).length,
      };
    },
  };
}
