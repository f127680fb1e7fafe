/**
 * `deno task prove:packages [--from DIR …] [--only packages|bundle]`: packages of a built release, installed, upgraded,
 * downgraded, removed and purged in a Debian of their own, run there as systemd would run them, and
 * linted; then brought to bare machines by the offline bundle. Of another processor they are unpacked
 * and looked at. As root, with Debian's `mmdebstrap`, `lintian`, `rpm`, `rpmlint` and PostgreSQL;
 * what went well belongs into docs/packages.md.
 */
import assert from "node:assert/strict";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import type { ReleaseManifest } from "../server/platform/release/manifest.ts";
import { startPostgresServer } from "../tests/postgres_server.ts";
import { type BundlePlace, releaseFolder } from "./offline/layout.ts";
import { buildPackages, type Format } from "./package.ts";
import { builtFolders } from "./package/built_folders.ts";
import { MAINTAINER, readChangelog, type ReleaseNotes } from "./package/changelog.ts";
import { readDeploy } from "./package/deploy_files.ts";
import { type BundledForm, openForm } from "./package/form.ts";
import { readHelpPages } from "./package/help.ts";
import { lintDebs, lintRpms, lintUosDebs } from "./package/lint.ts";
import { PRODUCTS, SERVER } from "./package/product.ts";
import { makeBundle, makeSigners, type Signers, signFolder } from "./package/prove/bundles.ts";
import { proveConflict, proveDebs, type Versions } from "./package/prove/deb_cycle.ts";
import { copyDebianRoot, makeDebianRoot } from "./package/prove/debian_root.ts";
import { asVersion } from "./package/prove/form_versions.ts";
import { proveOffline } from "./package/prove/offline.ts";
import { payVisit } from "./package/prove/pay_visit.ts";
import { proveRpms } from "./package/prove/rpm_cycle.ts";
import { Steps } from "./package/prove/steps.ts";
import { requireUnpacked } from "./package/prove/unpacked.ts";
import { run } from "./package/run.ts";
import { ARCHITECTURES } from "./package/version.ts";
import { say } from "./say.ts";

/** By the system's own tools where `systemd-sysusers` is, the old way where it is not. */
const ROOTS = [
  { about: "without systemd", include: ["debconf", "xz-utils"] },
  { about: "with systemd's tools", include: ["debconf", "xz-utils", "systemd"] },
] as const;

/** Of xz: nobody is given these packages, and to make them small takes most of the time. */
const LEVEL = 0;

interface Work {
  readonly folder: string;
  readonly helpPages: Awaited<ReturnType<typeof readHelpPages>>;
  readonly notes: readonly ReleaseNotes[];
  readonly signers: Signers;
  /** `packages` without the bundle, `bundle` without the packages' own life. */
  readonly only: string | undefined;
}

/** A release of one version, and what was made of it beside it. */
interface Made {
  readonly place: BundlePlace;
  readonly version: string;
  readonly packages: readonly string[];
}

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { from: { type: "string", multiple: true }, only: { type: "string" } },
  });
  const folders = values.from ?? await builtFolders(Object.keys(ARCHITECTURES));
  const folder = await Deno.makeTempDir({ prefix: "yikatong-packages-" });
  try {
    const notes = readChangelog(await readDeploy("common/changelog.toml"));
    const signers = await makeSigners(`${folder}/keys`);
    const { only } = values;
    const work = { folder, notes, signers, helpPages: await readHelpPages(), only };
    for (const from of folders) await proveForm(await openForm(from), work);
  } finally {
    await run("rm", ["--recursive", "--force", "--one-file-system", folder]);
  }
}

async function proveForm(form: BundledForm, work: Work): Promise<void> {
  const { version, target, commit } = form.manifest;
  await say(`yikatong ${version} ${target}, commit ${commit}`);
  const place = await placeOf(form.manifest, version, work);
  await run("cp", ["--archive", form.folder, releaseFolder(place)]);
  const current = await packed(place, version, { ...work, formats: ["deb", "rpm", "uos"] });
  const steps = new Steps(target);
  await steps.do("lintian and rpmlint: no error, no warning", async () => {
    assert.deepEqual(await lintDebs(current.packages.filter(isOwnDeb)), []);
    assert.deepEqual(await lintUosDebs(current.packages.filter(isUosDeb)), []);
    const rpms = current.packages.filter((path) => path.endsWith(".rpm"));
    assert.deepEqual(await lintRpms(rpms), []);
  });
  await steps.do("unpacked: every file of the release, for its processor", async () => {
    for (const path of current.packages) {
      await requireUnpacked(path, form, `${work.folder}/unpacked`);
    }
  });
  if (ARCHITECTURES[target].rpm !== Deno.build.arch) {
    await say(`not run here: ${target} is another processor`);
    return;
  }
  const older = await otherVersion(form, { version: `${version}-0`, isRun: false }, work);
  const isRun = work.only !== "packages";
  const newer = await otherVersion(form, { version: `${version}+1`, isRun }, work);
  if (work.only !== "bundle") await proveCycles({ older, current, newer }, work);
  if (work.only !== "packages") await proveDistrict({ current, newer }, work);
}

function isOwnDeb(path: string): boolean {
  return /\/yikatong-[^/]*\.deb$/.test(path);
}

function isUosDeb(path: string): boolean {
  return /\/cn\.[^/]*\.deb$/.test(path);
}

async function proveCycles(
  { older, current, newer }: Readonly<Record<keyof Versions, Made>>,
  work: Work,
): Promise<void> {
  for (const { about, include } of ROOTS) {
    await using root = await makeDebianRoot(`${work.folder}/root`, include);
    await using rpmRoot = await copyDebianRoot(root.path, `${work.folder}/rpm-root`);
    await Deno.mkdir(`${root.path}/packages`);
    for (const path of [older, current, newer].flatMap(({ packages }) => packages)) {
      await Deno.copyFile(path, `${root.path}/packages/${basename(path)}`);
    }
    for (const product of PRODUCTS) {
      const versions = (end: string, place: (path: string) => string): Versions => {
        const pick = ({ packages }: Made) => place(packageOf(packages, product.name, end));
        return { older: pick(older), current: pick(current), newer: pick(newer) };
      };
      const inside = versions(".deb", inRoot);
      await proveDebs(root, product, inside, new Steps(`${product.name} deb ${about}`));
      const outside = versions(".rpm", (path) => path);
      await proveRpms(rpmRoot, product, outside, new Steps(`${product.name} rpm ${about}`));
    }
    const [server = "", terminal = ""] = PRODUCTS.map(({ name }) =>
      inRoot(packageOf(current.packages, name, ".deb"))
    );
    await proveConflict(root, [server, terminal], new Steps(about));
  }
}

function packageOf(packages: readonly string[], name: string, end: string): string {
  const path = packages.find((one) => basename(one).startsWith(name) && one.endsWith(end));
  if (path === undefined) throw new Error(`No ${end} of ${name}`);
  return path;
}

function inRoot(path: string): string {
  return `/packages/${basename(path)}`;
}

async function proveDistrict(
  { current, newer }: { readonly current: Made; readonly newer: Made },
  work: Work,
): Promise<void> {
  const bundle = async ({ place, version }: Made) => ({
    version,
    tar: await makeBundle(place, work.signers),
  });
  const bundles = { current: await bundle(current), newer: await bundle(newer) };
  const fingerprints = work.signers.signers.map(({ keyId }) => keyId);
  await using database = await startPostgresServer();
  await using bare = await makeDebianRoot(`${work.folder}/bare`, ROOTS[1].include);
  for (const product of PRODUCTS) {
    await using root = await copyDebianRoot(bare.path, `${work.folder}/district`);
    const databaseUrl = `${database.url}/postgres`;
    const trial = { ...bundles, product, fingerprints };
    const steps = new Steps(`${product.name} offline`);
    if (product !== SERVER) {
      await proveOffline(root, trial, steps);
      continue;
    }
    await proveOffline(root, { ...trial, databaseUrl }, steps);
    await run("psql", ["--command=create database demo", databaseUrl]);
    await steps.do("one paid visit, by the installed program", async () => {
      await payVisit(root, product, `${database.url}/demo`);
    });
  }
}

async function placeOf(
  { target }: ReleaseManifest,
  version: string,
  { folder }: Work,
): Promise<BundlePlace> {
  const dist = `${folder}/${target}-${version}`;
  await Deno.mkdir(dist);
  return { dist, target };
}

async function otherVersion(
  form: BundledForm,
  options: { readonly version: string; readonly isRun: boolean },
  work: Work,
): Promise<Made> {
  const place = await placeOf(form.manifest, options.version, work);
  await asVersion(form.folder, releaseFolder(place), options);
  return await packed(place, options.version, { ...work, formats: ["deb", "rpm"] });
}

/** Signed, and made into packages. */
async function packed(
  place: BundlePlace,
  version: string,
  work: Work & { readonly formats: readonly Format[] },
): Promise<Made> {
  const from = releaseFolder(place);
  await signFolder(from, work.signers);
  const [latest] = work.notes;
  if (!latest) throw new Error("No release notes");
  const packages = await buildPackages({
    from,
    out: place.dist,
    formats: work.formats,
    helpPages: work.helpPages,
    notes: [{ ...latest, version }, ...work.notes.slice(1)],
    maintainer: MAINTAINER,
    level: LEVEL,
  });
  return { place, version, packages };
}

if (import.meta.main) await main(Deno.args);
