import { RELEASE } from "../../../platform/release.ts";
import type { EvidenceSource } from "../evidence_source.ts";
import type { CsvValue } from "../pack/csv.ts";
import { listInstalled } from "./installed_packages.ts";
import { listShipped } from "./shipped_packages.ts";

export interface Package {
  readonly name: string;
  readonly version: string;
  /** SHA-512 of what the registry gave, in hexadecimal digits. */
  readonly sha512: string | null;
  /** As SPDX writes it; null where nobody states one. */
  readonly licence: string | null;
  /** Else it only builds and tests the program, or is for another system. */
  readonly isShipped: boolean;
}

/** Packages, and the bill of materials that lists them. */
export interface PackageList {
  readonly packages: readonly Package[];
  readonly bill: object;
}

/** E-13: every package the program was built with; only those in it are judged. */
export function packagesSource(): EvidenceSource {
  return {
    id: "E-13",
    async collect(_period, files) {
      const { packages, bill } =
        await (RELEASE.form === "source" ? listInstalled() : listShipped());
      await files.table({
        name: "packages",
        title: "组件",
        columns: ["组件", "版本", "完整性摘要 SHA-512", "许可证", "在程序中"],
        rows: packages.map(({ name, version, sha512, licence, isShipped }): CsvValue[] => [
          name,
          version,
          sha512,
          licence ?? "未声明",
          isShipped ? "是" : "否（只用于构建、测试或其他系统）",
        ]),
      });
      await files.json({ name: "sbom", title: "CycloneDX 1.6 物料清单" }, bill);
      const shipped = packages.filter(({ isShipped }) => isShipped);
      return {
        packages: shipped.length,
        packagesWithoutDigest: shipped.filter(({ sha512 }) => sha512 === null).length,
        packagesWithoutLicence: shipped.filter(({ licence }) => licence === null).length,
      };
    },
  };
}
