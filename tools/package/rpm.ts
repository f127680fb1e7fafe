import { join } from "node:path";
import { rpmChangelog } from "./changelog.ts";
import { epoch, XZ_LEVEL } from "./deb.ts";
import { readDeploy } from "./deploy_files.ts";
import { fillIn } from "./fill_in.ts";
import type { PackageParts } from "./kylin_deb.ts";
import type { Relations } from "./relations.ts";
import { run } from "./run.ts";
import { fillScript } from "./scripts.ts";
import { type Entry, layOut } from "./tree.ts";
import { ARCHITECTURES, packageVersion } from "./version.ts";

/** For Kylin's server: `yikatong-server-0.7.0-1.aarch64.rpm`. */
export async function buildRpm(parts: PackageParts, out: string): Promise<string> {
  const { product: { name }, form: { manifest } } = parts;
  const { rpm: architecture } = ARCHITECTURES[manifest.target];
  const at = new Date(manifest.created);
  const top = await Deno.makeTempDir({ prefix: "yikatong-rpm-" });
  try {
    const tree = join(top, "tree");
    await layOut(parts.entries, { root: tree, at });
    const spec = join(top, `${name}.spec`);
    await Deno.writeTextFile(spec, await specOf(parts, tree));
    await run("rpmbuild", ["-bb", "--target", `${architecture}-linux`, ...settings(top), spec], {
      env: { SOURCE_DATE_EPOCH: epoch(at) },
    });
    const fileName = `${name}-${packageVersion(manifest.version)}-1.${architecture}.rpm`;
    const path = join(out, fileName);
    await Deno.copyFile(join(top, "RPMS", architecture, fileName), path);
    return path;
  } finally {
    await Deno.remove(top, { recursive: true });
  }
}

/** Nothing of the builder's machine, its settings or its clock gets into the package. */
function settings(top: string): string[] {
  const values: Readonly<Record<string, string>> = {
    _topdir: top,
    _buildhost: "reproducible",
    use_source_date_epoch_as_buildtime: "1",
    clamp_mtime_to_source_date_epoch: "1",
  };
  return Object.entries(values).flatMap(([name, value]) => ["--define", `${name} ${value}`]);
}

async function specOf(parts: PackageParts, tree: string): Promise<string> {
  const { product, form: { manifest }, entries, notes, maintainer } = parts;
  const { name, other, relations, summary, description } = product;
  const script = async (section: string) => await fillScript(`kylin/rpm/${section}`, product);
  return fillIn(await readDeploy("kylin/rpm/package.spec"), {
    PACKAGE: name,
    VERSION: packageVersion(manifest.version),
    XZ_LEVEL: `${parts.level ?? XZ_LEVEL}`,
    SUMMARY: summary,
    DESCRIPTION: description.join("\n"),
    MAINTAINER: maintainer,
    MIN_GLIBC: manifest.minGlibc,
    RELATIONS: relationLines(relations.rpm),
    OTHER: other,
    TREE: tree,
    POST: await script("post"),
    PREUN: await script("preun"),
    POSTUN: await script("postun"),
    FOLDERS: folderLines(entries),
    FILES: entries.map(fileLine).join("\n"),
    CHANGELOG: rpmChangelog(notes, maintainer),
  });
}

function relationLines({ requires, recommends, suggests }: Relations): string {
  const lines = (tag: string, names: readonly string[]) => names.map((name) => `${tag}: ${name}`);
  return [
    ...lines("Requires", requires),
    ...lines("Recommends", recommends),
    ...lines("Suggests", suggests),
  ].join("\n");
}

/** Of its own, so that an erased package leaves none of them behind; not the system's. */
function folderLines(entries: readonly Entry[]): string {
  const folders = new Set(entries.flatMap(({ path }) => ownFolders(path.split("/").slice(0, -1))));
  return [...folders].sort().map((folder) => `%dir "/${folder}"`).join("\n");
}

function ownFolders(parts: readonly string[]): string[] {
  const own = parts.findIndex((part) => part.startsWith("yikatong"));
  // The settings' folder has rights of its own.
  if (own < 0 || parts[0] === "etc") return [];
  return parts.slice(own).map((_, at) => parts.slice(0, own + at + 1).join("/"));
}

function fileLine(entry: Entry): string {
  if (entry.kind === "link") return `"/${entry.path}"`;
  const mode = entry.mode.toString(8).padStart(4, "0");
  const attributes = `%attr(${mode}, root, root)`;
  // Owner and mode are set when it is installed: it holds passwords.
  const config = entry.isConfig ? " %config(noreplace) %verify(not user group mode)" : "";
  const document = entry.path.startsWith("usr/share/man/") ? " %doc" : "";
  return `${attributes}${config}${document} "/${entry.path}"`;
}
