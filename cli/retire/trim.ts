import type { ErasureCertificate } from "../../server/modules/fleet/retire/contract.ts";

const SAID_CHARACTERS_MAX = 400;

/** Tells a solid-state disk which cells are free; a certificate says also when that was not done. */
export async function trimDisk(folder: string): Promise<ErasureCertificate["trim"]> {
  const target = await run("findmnt", ["--noheadings", "--output", "TARGET", "--target", folder]);
  if (!target.done) return target;
  return await run("fstrim", ["--verbose", target.said]);
}

async function run(program: string, args: readonly string[]): Promise<ErasureCertificate["trim"]> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args] })
      .output();
    const said = new TextDecoder().decode(success ? stdout : stderr);
    return { done: success, said: oneLine(said) };
  } catch {
    return { done: false, said: `no program ${program}` };
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ").trim().slice(0, SAID_CHARACTERS_MAX);
}
