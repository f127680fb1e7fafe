/**
 * `deno task prove:packages [--from DIR …]`: packages of a built release, installed, upgraded,
 * downgraded, removed and purged in a Debian of their own, run there as systemd would run them, and
 * linted. Of another processor they are unpacked and looked at. As root, with Debian's `mmdebstrap`,
 * `lintian`, `rpm` and `rpmlint`; what went well belongs into docs/compatibility.md.
 */
import assert from "node:assert/strict";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { buildPackages, type Format } from "./package.ts";
import { builtFolders } from "./package/built_folders.ts";
import { MAINTAINER, readChangelog, type ReleaseNotes } from "./package/changelog.ts";
import { readDeploy } from "./package/deploy_files.ts";
import { type BundledForm, openForm } from "./package/form.ts";
import { readHelpPages } from "./package/help.ts";
import { lintDebs, lintRpms, lintUosDebs } from "./package/lint.ts";
import { PRODUCTS } from "./package/product.ts";
import { proveConflict, proveDebs, type Versions } from "./package/prove/deb_cycle.ts";
import { copyDebianRoot, makeDebianRoot } from "./package/prove/debian_root.ts";
import { asVersion } from "./package/prove/form_versions.ts";
import { proveRpms } from "./package/prove/rpm_cycle.ts";
import { Steps } from "./package/prove/steps.ts";
import { requireUnpacked } from "./package/prove/unpacked.ts";
import { ARCHITECTURES } from "./package/version.ts";
import { say } from "./say.ts";

/** By the system's own tools where `systemd-sysusers` is, the old way where it is not. */
const ROOTS = [
  { about: "without systemd", include: ["debconf"] },
  { about: "with systemd's tools", include: ["debconf", "systemd"] },
] as const;

interface Work {
  readonly folder: string;
  readonly helpPages: Awaited<ReturnType<typeof readHelpPages>>;
  readonly notes: readonly ReleaseNotes[];
}

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { from: { type: "string", multiple: true } },
  });
  const folders = values.from ?? await builtFolders(Object.keys(ARCHITECTURES));
  const folder = await Deno.makeTempDir({ prefix: "yikatong-packages-" });
  try {
    const notes = readChangelog(await readDeploy("common/changelog.toml"));
    const work = { folder, notes, helpPages: await readHelpPages() };
    for (const from of folders) await proveForm(await openForm(from), work);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function proveForm(form: BundledForm, work: Work): Promise<void> {
  const { version, target, commit } = form.manifest;
  await say(`yikatong ${version} ${target}, commit ${commit}`);
  const current = await packagesOf(form.folder, version, {
    ...work,
    formats: ["deb", "rpm", "uos"],
  });
  const steps = new Steps(target);
  await steps.do("lintian and rpmlint: no error, no warning", async () => {
    assert.deepEqual(
      await lintDebs(current.filter((path) => /\/yikatong-[^/]*\.deb$/.test(path))),
      [],
    );
    assert.deepEqual(
      await lintUosDebs(current.filter((path) => /\/cn\.[^/]*\.deb$/.test(path))),
      [],
    );
    assert.deepEqual(await lintRpms(current.filter((path) => path.endsWith(".rpm"))), []);
  });
  await steps.do("unpacked: every file of the release, for its processor", async () => {
    for (const path of current) await requireUnpacked(path, form, `${work.folder}/unpacked`);
  });
  const isOwn = ARCHITECTURES[target].rpm === Deno.build.arch;
  if (isOwn) await proveCycles(form, current, work);
  else await say(`not run here: ${target} is another processor`);
}

async function proveCycles(
  form: BundledForm,
  current: readonly string[],
  work: Work,
): Promise<void> {
  const { version } = form.manifest;
  const [older, newer] = [`${version}-0`, `${version}+1`];
  const others = {
    older: await otherVersion(form, older, work),
    newer: await otherVersion(form, newer, work),
  };
  for (const { about, include } of ROOTS) {
    await using root = await makeDebianRoot(`${work.folder}/root`, include);
    const packages = `${root.path}/packages`;
    await Deno.mkdir(packages);
    for (const path of [...current, ...others.older, ...others.newer]) {
      await Deno.copyFile(path, `${packages}/${basename(path)}`);
    }
    await using rpmRoot = await copyDebianRoot(root.path, `${work.folder}/rpm-root`);
    for (const product of PRODUCTS) {
      const pick = (paths: readonly string[], end: string) =>
        paths.find((path) => basename(path).startsWith(product.name) && path.endsWith(end)) ?? "";
      const versions = (end: string, place: (path: string) => string): Versions => ({
        older: place(pick(others.older, end)),
        current: place(pick(current, end)),
        newer: place(pick(others.newer, end)),
      });
      const inside = versions(".deb", (path) => `/packages/${basename(path)}`);
      await proveDebs(root, product, inside, new Steps(`${product.name} deb ${about}`));
      const outside = versions(".rpm", (path) => path);
      await proveRpms(rpmRoot, product, outside, new Steps(`${product.name} rpm ${about}`));
    }
    const debs = PRODUCTS.map(({ name }) =>
      current.find((path) => basename(path).startsWith(`${name}_`)) ?? ""
    ).map((path) => `/packages/${basename(path)}`);
    const [server = "", terminal = ""] = debs;
    await proveConflict(root, [server, terminal], new Steps(about));
  }
}

async function otherVersion(form: BundledForm, version: string, work: Work): Promise<string[]> {
  const from = await asVersion(form.folder, `${work.folder}/form-${version}`, version);
  return await packagesOf(from, version, { ...work, formats: ["deb", "rpm"] });
}

async function packagesOf(
  from: string,
  version: string,
  work: Work & { readonly formats: readonly Format[] },
): Promise<string[]> {
  const out = `${work.folder}/${version}`;
  await Deno.mkdir(out, { recursive: true });
  const [latest] = work.notes;
  if (!latest) throw new Error("No release notes");
  return await buildPackages({
    from,
    out,
    formats: work.formats,
    helpPages: work.helpPages,
    notes: [{ ...latest, version }, ...work.notes.slice(1)],
    maintainer: MAINTAINER,
  });
}

if (import.meta.main) await main(Deno.args);
