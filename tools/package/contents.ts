import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { bashCompletion } from "./completion.ts";
import { deployPath, readDeploy } from "./deploy_files.ts";
import { fillIn } from "./fill_in.ts";
import type { BundledForm } from "./form.ts";
import type { HelpPage } from "./help.ts";
import { manDay, manPage } from "./man_page.ts";
import type { OwnFile } from "./own_file.ts";
import type { Product } from "./product.ts";
import { fillScript } from "./scripts.ts";
import { bytesOf, type Entry, EXECUTABLE, PLAIN } from "./tree.ts";

/** Where the program itself lies; exactly the release's files, so that its manifest can be checked. */
const PROGRAM = "usr/lib/yikatong";
const GZIP_LEVEL = 9;

/** All of a package but what its format adds, at the places of the file hierarchy standard. */
export async function contentsOf(
  product: Product,
  { form, helpPages }: { readonly form: BundledForm; readonly helpPages: readonly HelpPage[] },
): Promise<Entry[]> {
  const { manifest } = form;
  const at = new Date(manifest.created);
  return [
    ...form.files.map((path) => programFile(form, path)),
    { kind: "link", path: "usr/bin/yikatong", to: "../lib/yikatong/bin/yikatong" },
    text("usr/share/man/man1/yikatong.1.gz", gzip(manPage(helpPages, { ...manifest, at }))),
    text("usr/share/bash-completion/completions/yikatong", bashCompletion(helpPages)),
    script("usr/sbin/yikatong-purge", await fillScript("common/scripts/yikatong-purge", product)),
    ...await Promise.all(product.manuals.map((page) => manual(product, { page, at }))),
    ...await systemFiles(product),
  ];
}

async function manual(
  { name, data }: Product,
  { page, at }: { readonly page: string; readonly at: Date },
): Promise<Entry> {
  const values = { PACKAGE: name, DATA: data, DAY: manDay(at) };
  const filled = fillIn(await readDeploy(`common/man/${page}`), values);
  return text(`usr/share/man/man${page.at(-1)}/${page}.gz`, gzip(filled));
}

async function systemFiles(product: Product): Promise<Entry[]> {
  const { name, config, journalMax, units, files } = product;
  const journald = await readDeploy("common/journald/10-yikatong.conf");
  return [
    own({ path: `etc/yikatong/${config}`, from: `config/${config}`, isConfig: true }),
    // Not all of these systems have /lib merged into /usr.
    ...units.map((unit) => own({ path: `lib/systemd/system/${basename(unit)}`, from: unit })),
    own({ path: `usr/lib/sysusers.d/${name}.conf`, from: `sysusers/${name}.conf` }),
    own({ path: `usr/lib/tmpfiles.d/${name}.conf`, from: `tmpfiles/${name}.conf` }),
    text(
      "usr/lib/systemd/journald.conf.d/10-yikatong.conf",
      fillIn(journald, { JOURNAL_MAX: journalMax }),
    ),
    ...files.map(own),
  ];
}

function programFile(form: BundledForm, path: string): Entry {
  return {
    kind: "file",
    path: `${PROGRAM}/${path}`,
    mode: isExecutable(path) ? EXECUTABLE : PLAIN,
    content: { file: join(form.folder, path) },
  };
}

function isExecutable(path: string): boolean {
  return path === "bin/yikatong" || path === "lib/runtime";
}

function own({ path, from, mode = PLAIN, isConfig = false }: OwnFile): Entry {
  return { kind: "file", path, mode, content: { file: deployPath(`common/${from}`) }, isConfig };
}

function text(path: string, content: string | Uint8Array): Entry {
  return { kind: "file", path, mode: PLAIN, content: { text: content } };
}

function script(path: string, content: string): Entry {
  return { kind: "file", path, mode: EXECUTABLE, content: { text: content } };
}

/** Without a time of its own, as `gzip -9n`. */
export function gzip(content: string): Uint8Array {
  return gzipSync(bytesOf(content), { level: GZIP_LEVEL });
}
