/**
 * Packages out of a release in its bundled form: `deno task package [--target linux-arm64]
 * [--format deb|rpm|uos] [--from DIR] [--out DIR] [--maintainer "NAME <MAIL>"]`. Without a target
 * those that `dist/` holds; without a format all three.
 */
import { parseArgs } from "node:util";
import { ownFile } from "../server/platform/release.ts";
import { builtFolders } from "./package/built_folders.ts";
import { MAINTAINER, readChangelog, type ReleaseNotes } from "./package/changelog.ts";
import { contentsOf } from "./package/contents.ts";
import { readDeploy } from "./package/deploy_files.ts";
import { openForm } from "./package/form.ts";
import { type HelpPage, readHelpPages } from "./package/help.ts";
import { buildKylinDeb } from "./package/kylin_deb.ts";
import { PRODUCTS } from "./package/product.ts";
import { buildRpm } from "./package/rpm.ts";
import { buildUosDeb } from "./package/uos.ts";
import { ARCHITECTURES } from "./package/version.ts";
import { say } from "./say.ts";

export type Format = "deb" | "rpm" | "uos";

const FORMATS: readonly Format[] = ["deb", "rpm", "uos"];

export interface PackageOptions {
  /** A release in its bundled form. */
  readonly from: string;
  readonly formats: readonly Format[];
  /** Exists already. */
  readonly out: string;
  readonly helpPages: readonly HelpPage[];
  readonly notes: readonly ReleaseNotes[];
  readonly maintainer: string;
  /** Of xz: what is only tried out need not be small. */
  readonly level?: number;
}

/** Paths of what was made. */
export async function buildPackages(options: PackageOptions): Promise<string[]> {
  const { formats, out, helpPages, notes, maintainer, level } = options;
  const form = await openForm(options.from);
  requireNotes(notes, form.manifest.version);
  const made: string[] = [];
  for (const product of PRODUCTS) {
    const entries = await contentsOf(product, { form, helpPages });
    const parts = {
      product,
      form,
      entries,
      notes,
      maintainer,
      ...(level !== undefined && { level }),
    };
    if (formats.includes("deb")) made.push(await buildKylinDeb(parts, out));
    if (formats.includes("rpm")) made.push(await buildRpm(parts, out));
  }
  if (formats.includes("uos")) made.push(await buildUosDeb({ form, maintainer }, out));
  return made;
}

function requireNotes([latest]: readonly ReleaseNotes[], version: string): void {
  if (latest?.version === version) return;
  throw new Error(
    `deploy/common/changelog.toml ends with ${latest?.version}, expected notes of ${version}`,
  );
}

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      target: { type: "string", multiple: true },
      format: { type: "string", multiple: true },
      from: { type: "string", multiple: true },
      out: { type: "string" },
      maintainer: { type: "string" },
    },
  });
  const out = values.out ?? ownFile("dist/");
  const folders = values.from ?? await builtFolders(values.target ?? Object.keys(ARCHITECTURES));
  const shared = {
    formats: values.format?.map(readFormat) ?? FORMATS,
    out,
    helpPages: await readHelpPages(),
    notes: readChangelog(await readDeploy("common/changelog.toml")),
    maintainer: values.maintainer ?? MAINTAINER,
  };
  for (const from of folders) {
    for (const path of await buildPackages({ ...shared, from })) await say(path);
  }
}

function readFormat(text: string): Format {
  const format = FORMATS.find((one) => one === text);
  if (!format) throw new Error(`Unknown format "${text}", expected ${FORMATS.join(", ")}`);
  return format;
}

if (import.meta.main) await main(Deno.args);
