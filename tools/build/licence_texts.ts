import { ownFile } from "../../server/platform/release.ts";
import {
  type LockedPackage,
  readLocked,
} from "../../server/modules/compliance/evidence/locked_packages.ts";
import { shippedPackages } from "./shipped_packages.ts";

const LICENCE_FILE = /^(licen[cs]e|copying|notice|ofl)([.-].*)?$/i;

/** The runtime's package has none in it. */
const RUNTIME_LICENCE = new URL("runtime_licence.txt", import.meta.url);

/**
 * `share/licences/`: the texts that come with every package that may be in the program, as most
 * licences ask for, and a list of them all.
 */
export async function writeLicences(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const locked = await readLocked();
  const shipped = await shippedPackages(locked);
  const lines = [`deno: MIT, deno.txt`];
  await Deno.copyFile(RUNTIME_LICENCE, `${folder}/deno.txt`);
  for (const item of locked.packages.filter(({ id }) => shipped.has(id))) {
    const text = await licenceText(item);
    const file = `${item.id.replace("/", "+")}.txt`;
    if (text !== "") await Deno.writeTextFile(`${folder}/${file}`, text);
    const where = text === "" ? "the package has no text of it" : file;
    lines.push(`${item.id}: ${item.licence?.expression ?? "not stated"}, ${where}`);
  }
  await Deno.writeTextFile(`${folder}/packages.txt`, `${lines.join("\n")}\n`);
}

async function licenceText({ name, version }: LockedPackage): Promise<string> {
  const folder = ownFile(
    `node_modules/.deno/${name.replace("/", "+")}@${version}/node_modules/${name}`,
  );
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const names = entries.filter(({ isFile }) => isFile).map((entry) => entry.name).sort();
  const texts = names.filter((file) => LICENCE_FILE.test(file)).map((file) =>
    Deno.readTextFile(`${folder}/${file}`)
  );
  return (await Promise.all(texts)).join("\n");
}
