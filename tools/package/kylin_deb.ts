import { debianChangelog, type ReleaseNotes } from "./changelog.ts";
import { gzip } from "./contents.ts";
import { buildDeb } from "./deb.ts";
import { readDeploy } from "./deploy_files.ts";
import type { BundledForm } from "./form.ts";
import type { Product } from "./product.ts";
import { fillScript } from "./scripts.ts";
import { type Entry, PLAIN } from "./tree.ts";
import { ARCHITECTURES, packageVersion } from "./version.ts";

export interface PackageParts {
  readonly product: Product;
  readonly form: BundledForm;
  /** `contentsOf` this product. */
  readonly entries: readonly Entry[];
  readonly notes: readonly ReleaseNotes[];
  readonly maintainer: string;
  readonly level?: number;
}

const CONTROL_SCRIPTS = ["postinst", "prerm", "postrm", "templates"] as const;

/** For Kylin's desktop, UOS and Debian: `yikatong-server_0.7.0_arm64.deb`. */
export async function buildKylinDeb(parts: PackageParts, out: string): Promise<string> {
  const { product, form: { manifest }, notes, maintainer } = parts;
  const { name } = product;
  const version = packageVersion(manifest.version);
  const { deb: architecture } = ARCHITECTURES[manifest.target];
  const documents = `usr/share/doc/${name}`;
  const scripts = CONTROL_SCRIPTS.map(async (script) =>
    [script, await fillScript(`kylin/deb/${script}`, product)] as const
  );
  return await buildDeb({
    fileName: `${name}_${version}_${architecture}.deb`,
    entries: [
      ...parts.entries,
      text(`${documents}/changelog.gz`, gzip(debianChangelog(name, notes, maintainer))),
      text(`${documents}/copyright`, await readDeploy("common/copyright")),
      text(`usr/share/lintian/overrides/${name}`, await overrides(product)),
    ],
    control: controlOf(parts, { version, architecture }),
    controlFiles: Object.fromEntries(await Promise.all(scripts)),
    at: new Date(manifest.created),
    ...(parts.level !== undefined && { level: parts.level }),
  }, out);
}

function controlOf(
  { product, form, maintainer }: PackageParts,
  { version, architecture }: { readonly version: string; readonly architecture: string },
): string[] {
  const { name, other, relations: { deb }, summary, description } = product;
  // libgcc1 is what the C compiler's run-time is called on UOS 20.
  const depends = [
    `libc6 (>= ${form.manifest.minGlibc})`,
    "libgcc-s1 | libgcc1",
    "passwd",
    "debconf (>= 0.5) | debconf-2.0",
    ...deb.requires,
  ];
  return [
    `Package: ${name}`,
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    `Maintainer: ${maintainer}`,
    "Section: misc",
    "Priority: optional",
    `Depends: ${depends.join(", ")}`,
    `Recommends: ${deb.recommends.join(", ")}`,
    `Suggests: ${deb.suggests.join(", ")}`,
    `Conflicts: ${other}`,
    `Description: ${summary}`,
    ...description.map((line) => ` ${line}`),
  ];
}

/** Each with its reason, as the file has it. */
async function overrides({ name }: Product): Promise<string> {
  return (await readDeploy("kylin/deb/lintian-overrides")).replaceAll("@PACKAGE@", name);
}

function text(path: string, content: string | Uint8Array): Entry {
  return { kind: "file", path, mode: PLAIN, content: { text: content } };
}
