/** Simulated devices behind GM/T 0018, with keys of their own in a folder. */
import { randomBytes } from "../crypto/bytes.ts";
import { SdfError, type SdfLibrary } from "../crypto/providers/sdf_library.ts";
import { generateKeyPair } from "../crypto/sm2.ts";
import { openSdfLibrary } from "../ffi/sdf/sdf_library.ts";
import { parseSdfProfile, type SdfProfile } from "../ffi/sdf/sdf_profile.ts";
import { buildSdfLibraries, type SdfLibraryPaths } from "../sandbox/devices/vendor/build.ts";

export interface SdfBench extends AsyncDisposable {
  readonly folder: string;
  readonly libraries: SdfLibraryPaths;
}

/** Compiles once for a file of tests; null where there is no compiler. */
export async function openSdfBench(): Promise<SdfBench | null> {
  const folder = await Deno.makeTempDir({ prefix: "yikatong-sdf-" });
  const libraries = await buildSdfLibraries(folder);
  if (!libraries) {
    await Deno.remove(folder);
    return null;
  }
  const remove = () => Deno.remove(folder, { recursive: true });
  return { folder, libraries, [Symbol.asyncDispose]: remove };
}

/** What the device does next; null: its work. */
export type SdfTrouble = "unplugged" | "hang" | `code ${string}` | null;

export interface SimulatedSdf {
  readonly libraryPath: string;
  /** The device's configuration: its keys, and what goes wrong. */
  readonly folder: string;
  readonly profileText: string;
  readonly profile: SdfProfile;
  open(): Promise<SdfLibrary>;
  trouble(next: SdfTrouble): Promise<void>;
}

/** A device with signing key 1, encryption key 2 and KEK 1, all new. */
export async function newSimulatedSdf(
  bench: SdfBench | null,
  options: { readonly kind: keyof SdfLibraryPaths; readonly password?: string },
): Promise<SimulatedSdf> {
  if (!bench) throw new Error("Cannot simulate a device: no compiler here");
  const folder = await Deno.makeTempDir({ dir: bench.folder });
  const write = (name: string, text: string) => Deno.writeTextFile(`${folder}/${name}`, text);
  await write("sign-1.key", generateKeyPair().privateKey.toHex());
  await write("enc-2.key", generateKeyPair().privateKey.toHex());
  await write("kek-1.key", randomBytes(16).toHex());
  if (options.password !== undefined) await write("password", options.password);
  const profileText = profileFor(options.kind, folder);
  const profile = parseSdfProfile(profileText, "simulated");
  const libraryPath = bench.libraries[options.kind];
  return {
    libraryPath,
    folder,
    profileText,
    profile,
    open: () =>
      openSdfLibrary({
        path: libraryPath,
        profile,
        errorOf: (call, code) => new SdfError(call, code),
      }),
    async trouble(next) {
      await write("trouble.new", next ?? "");
      await Deno.rename(`${folder}/trouble.new`, `${folder}/trouble`);
    },
  };
}

function profileFor(kind: keyof SdfLibraryPaths, folder: string): string {
  const first = [
    `name = "simulated"`,
    `open = "SDF_OpenDeviceWithPath"`,
    `configuration = "${folder}"`,
    `kekIndex = 1`,
  ];
  const rest = kind === "standard" ? ["signTakesAlgorithm = true"] : [
    "hmac = true",
    "[algorithms]",
    "sm4Ecb = 0x2001",
    "sm4Cbc = 0x2002",
    "sm4Mac = 0x2010",
    "keyWrap = 0x2001",
  ];
  return [...first, ...rest, ""].join("\n");
}
