import { sm3 } from "../../../../crypto/sm3.ts";
import type { Licence, LockedPackage } from "./locked_packages.ts";

export interface BillFacts {
  /** Of the program. */
  readonly version: string;
  /** Of the sources it was made from; null where that is not known. */
  readonly created: string | null;
  readonly runtime: {
    /** On npm: "@deno/linux-arm64-glibc". */
    readonly package: string;
    readonly version: string;
    /** Of that package, in hexadecimal digits. */
    readonly sha512: string | null;
  };
  readonly packages: readonly LockedPackage[];
  /** Ids of those that the sources ask for themselves. */
  readonly direct: readonly string[];
  /** Ids of those that may be in the program. */
  readonly shipped: ReadonlySet<string>;
}

/**
 * CycloneDX 1.6, the same for the same facts: its serial number is made from what it says. What is
 * not shipped is in it all the same, as `excluded`; a licence that nobody states is named as that.
 */
export function billOfMaterials(facts: BillFacts): object {
  const { version, created, runtime, packages, direct, shipped } = facts;
  const program = `yikatong@${version}`;
  const runtimeRef = `deno@${runtime.version}`;
  const bill = {
    version: 1,
    metadata: {
      ...(created !== null && { timestamp: created }),
      component: {
        type: "application",
        "bom-ref": program,
        name: "yikatong",
        version,
        purl: `pkg:generic/${program}`,
      },
    },
    components: [
      {
        type: "platform",
        "bom-ref": runtimeRef,
        name: "deno",
        version: runtime.version,
        scope: "required",
        ...hashesOf(runtime.sha512),
        licenses: licencesOf({ expression: "MIT", acknowledgement: "declared" }),
        purl: purlOf(runtime.package, runtime.version),
      },
      ...packages.map((item) => libraryOf(item, shipped.has(item.id))),
    ],
    dependencies: [
      { ref: program, dependsOn: [runtimeRef, ...direct.filter((id) => shipped.has(id))] },
      { ref: runtimeRef },
      ...packages.map(({ id, dependencies }) => ({
        ref: id,
        ...(dependencies.length > 0 && { dependsOn: dependencies }),
      })),
    ],
  };
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(bill))}`,
    ...bill,
  };
}

function libraryOf(
  { id, name, version, sha512, licence }: LockedPackage,
  isShipped: boolean,
): object {
  const [, group, inGroup] = /^(@[^/]+)\/(.+)$/.exec(name) ?? [];
  return {
    type: "library",
    "bom-ref": id,
    ...(group !== undefined && { group }),
    name: inGroup ?? name,
    version,
    scope: isShipped ? "required" : "excluded",
    ...hashesOf(sha512),
    ...(licence === null
      ? { properties: [{ name: "yikatong:licence", value: "unknown" }] }
      : { licenses: licencesOf(licence) }),
    purl: purlOf(name, version),
  };
}

function hashesOf(sha512: string | null): object {
  return sha512 === null ? {} : { hashes: [{ alg: "SHA-512", content: sha512 }] };
}

/** An expression of one word is a licence of the SPDX list. */
function licencesOf({ expression, acknowledgement }: Licence): object[] {
  return /^[\w.+-]+$/.test(expression)
    ? [{ license: { id: expression, acknowledgement } }]
    : [{ expression, acknowledgement }];
}

function purlOf(name: string, version: string): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

/** Version 8 of RFC 9562: the bits are ours. */
function uuidOf(text: string): string {
  const bytes = sm3(new TextEncoder().encode(text)).subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toHex().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
