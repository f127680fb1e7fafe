import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { bashCompletion } from "./completion.ts";
import { deployPath, readDeploy } from "./deploy_files.ts";
import { fillIn } from "./fill_in.ts";
import type { BundledForm } from "./form.ts";
import type { HelpPage } from "./help.ts";
import { manPage } from "./man_page.ts";
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
    text(
      "usr/share/man/man8/yikatong-purge.8.gz",
      gzip(await fillScript("common/yikatong-purge.8", product)),
    ),
    ...await systemFiles(product),
  ];
}

async function systemFiles(product: Product): Promise<Entry[]> {
  const { name, config, journalMax } = product;
  const journald = await readDeploy("common/journald/10-yikatong.conf");
  return [
    {
      kind: "file",
      path: `etc/yikatong/${config}`,
      mode: PLAIN,
      content: { file: deployPath(`common/config/${config}`) },
      isConfig: true,
    },
    // Not all of these systems have /lib merged into /usr.
    ...product.units.map((unit) => own(`lib/systemd/system/${unit}`, `systemd/${unit}`)),
    own(`usr/lib/sysusers.d/${name}.conf`, `sysusers/${name}.conf`),
    own(`usr/lib/tmpfiles.d/${name}.conf`, `tmpfiles/${name}.conf`),
    text(
      "usr/lib/systemd/journald.conf.d/10-yikatong.conf",
      fillIn(journald, { JOURNAL_MAX: journalMax }),
    ),
    ...product.programs.map((program) => own(`usr/lib/${name}/${program}`, program, EXECUTABLE)),
    ...(product.hasUdevRules
      ? [own(`lib/udev/rules.d/60-${name}.rules`, `udev/60-${name}.rules`)]
      : []),
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

function own(path: string, from: string, mode = PLAIN): Entry {
  return { kind: "file", path, mode, content: { file: deployPath(`common/${from}`) } };
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
