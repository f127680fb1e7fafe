import { ownFile } from "../../../server/platform/release.ts";

export type Machine = "x86_64" | "aarch64";

/** Where each simulated library lies. */
export interface VendorLibraryPaths {
  /** `iReadCardBas` and its kin, which return `long`. */
  readonly socialSecurityCard: string;
  /** The same card behind Dongguan's names, which return `char*`. */
  readonly dongguan: string;
  /** The first one, but it expects `reader` to be loaded before it. */
  readonly needsReader: string;
  readonly reader: string;
  readonly trouble: string;
  /** Identity cards: the makers' SDT interface, 新中新's Syn, and 华视's CVR. */
  readonly sdt: string;
  readonly syn: string;
  readonly cvr: string;
  /** `NationEcTrans` and `HeaSecReadInfo`. */
  readonly insuranceTerminal: string;
}

/** Simulated devices behind GM/T 0018. */
export interface SdfLibraryPaths {
  /** By the standard of 2012, with a signing call that takes the algorithm as old ones do. */
  readonly standard: string;
  /** With Sansec's algorithm ids, and HMAC. */
  readonly sansec: string;
}

const COMPILERS: Readonly<Record<Machine, readonly string[]>> = {
  x86_64: ["x86_64-linux-gnu-gcc", "gcc"],
  aarch64: ["aarch64-linux-gnu-gcc", "gcc"],
};
const FLAGS = ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-fvisibility=hidden"];
const SOURCES = ownFile("share/simulators/");

const LIBRARIES: Readonly<Record<keyof VendorLibraryPaths, Recipe>> = {
  socialSecurityCard: { file: "libSSCardDriver.so", of: ["social_security_card.c", "script.c"] },
  dongguan: {
    file: "libSSCardDriver_dongguan.so",
    of: ["social_security_card.c", "script.c"],
    define: "DONGGUAN",
  },
  needsReader: {
    file: "libSSCardDriver_reader.so",
    of: ["social_security_card.c", "script.c"],
    define: "NEEDS_READER",
  },
  reader: { file: "libdcrf32.so", of: ["reader.c"] },
  trouble: { file: "libtrouble.so", of: ["trouble.c", "script.c"] },
  sdt: { file: "libsdtapi.so", of: ["sdt.c", "script.c"] },
  syn: { file: "libSynIDCardAPI.so", of: ["sdt.c", "script.c"], define: "SYN" },
  cvr: { file: "libtermb.so", of: ["cvr.c", "script.c"] },
  insuranceTerminal: {
    file: "libNationECCode.so",
    of: ["insurance_terminal.c", "script.c"],
  },
};

interface Recipe {
  readonly file: string;
  readonly of: readonly string[];
  readonly define?: string;
}

/**
 * Compiles the simulated vendor libraries into `folder`; null when no compiler for that machine is
 * here. Throws with the compiler's words when it refuses them.
 */
export async function buildVendorLibraries(
  { target, folder }: { readonly target: Machine; readonly folder: string },
): Promise<VendorLibraryPaths | null> {
  const compiler = await findCompiler(target);
  if (compiler === null) return null;
  const build = async (name: keyof VendorLibraryPaths) => {
    const { file, of, define } = LIBRARIES[name];
    const defined = define === undefined ? [] : [`-D${define}`];
    const sources = of.map((source) => `${SOURCES}${source}`);
    const path = `${folder}/${file}`;
    await run(compiler, [...FLAGS, ...defined, "-o", path, ...sources]);
    return path;
  };
  return {
    socialSecurityCard: await build("socialSecurityCard"),
    dongguan: await build("dongguan"),
    needsReader: await build("needsReader"),
    reader: await build("reader"),
    trouble: await build("trouble"),
    sdt: await build("sdt"),
    syn: await build("syn"),
    cvr: await build("cvr"),
    insuranceTerminal: await build("insuranceTerminal"),
  };
}

/** As `buildVendorLibraries`; the machine's own libcrypto 3 does the mathematics, on this machine only. */
export async function buildSdfLibraries(folder: string): Promise<SdfLibraryPaths | null> {
  const compiler = await findCompiler(Deno.build.arch);
  if (compiler === null) return null;
  const build = async (file: string, define: string) => {
    const path = `${folder}/${file}`;
    const sources = [`${SOURCES}sdf.c`, "-l:libcrypto.so.3", "-lpthread"];
    await run(compiler, [...FLAGS, `-D${define}`, "-o", path, ...sources]);
    return path;
  };
  return {
    standard: await build("libsdf.so", "SIGN_WITH_ALGORITHM"),
    sansec: await build("libswsds.so", "SANSEC"),
  };
}

async function findCompiler(target: Machine): Promise<string | null> {
  for (const compiler of COMPILERS[target]) {
    if (await targetOf(compiler) === target) return compiler;
  }
  return null;
}

/** The plain name is the machine's own compiler, whichever machine that is. */
async function targetOf(compiler: string): Promise<string | null> {
  try {
    const said = await run(compiler, ["-dumpmachine"]);
    return said.split("-", 1)[0] ?? null;
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return null;
    throw thrown;
  }
}

async function run(program: string, args: readonly string[]): Promise<string> {
  const command = new Deno.Command(program, { args: [...args], stdin: "null" });
  const { success, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`Cannot run "${program}": ${decoder.decode(stderr).trim()}`);
  return decoder.decode(stdout).trim();
}
