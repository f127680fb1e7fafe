/**
 * What an arm64 process needs on another machine: an emulator of the system's (`qemu-user`), the
 * runtime that releases have, and the arm64 C library and libcrypto of the same Debian. They are
 * fetched once into the user's cache and unpacked there; nothing is installed.
 */
import { BuildError } from "../build/build_error.ts";
import { cacheFolder, findRuntime } from "../build/runtime.ts";
import { exists } from "../exists.ts";
import { arm64Cache, makeOnce } from "./cache_folder.ts";
import { unpackedPackages, unpackPackages } from "./debian_packages.ts";
import { PiecesMissing } from "./pieces_missing.ts";

export interface Arm64Pieces {
  readonly qemu: string;
  readonly deno: string;
  /** Where `/lib` and `/usr/lib` of arm64 stand in for the machine's own. */
  readonly root: string;
  /** Deno's own cache of transpiled sources, apart from the machine's. */
  readonly denoDir: string;
  /** `libssl3 3.0.22-1~deb12u2` and the like. */
  readonly packages: readonly string[];
}

const QEMU = "/usr/bin/qemu-aarch64";
/** libc and libgcc are what Deno links, libssl3 brings libcrypto.so.3. */
const PACKAGES = ["libc6", "libgcc-s1", "libssl3"];

/** Throws `PiecesMissing`, or another error for a piece that is not what it should be. */
export async function prepareArm64(): Promise<Arm64Pieces> {
  if (!await exists(QEMU)) {
    throw new PiecesMissing(`Cannot find ${QEMU}: expected Debian's qemu-user`);
  }
  try {
    const cache = await arm64Cache();
    const root = `${cache}/root`;
    await makeOnce(root, (folder) => unpackPackages(folder, PACKAGES));
    return {
      qemu: QEMU,
      deno: await findRuntime("linux-arm64", cacheFolder()),
      root,
      denoDir: `${cache}/deno-dir`,
      packages: await unpackedPackages(root),
    };
  } catch (thrown) {
    if (!(thrown instanceof BuildError)) throw thrown;
    throw new PiecesMissing(thrown.message, { cause: thrown });
  }
}
