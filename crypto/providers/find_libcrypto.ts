/** Where libcrypto lies on the systems we know; of a pair the newer one stands first. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  x86_64: [
    // Debian, UOS and Kylin on the desktop
    "/usr/lib/x86_64-linux-gnu/libcrypto.so.3",
    "/usr/lib/x86_64-linux-gnu/libcrypto.so.1.1",
    // openEuler and Kylin on servers
    "/usr/lib64/libcrypto.so.3",
    "/usr/lib64/libcrypto.so.1.1",
  ],
  aarch64: [
    "/usr/lib/aarch64-linux-gnu/libcrypto.so.3",
    "/usr/lib/aarch64-linux-gnu/libcrypto.so.1.1",
    "/usr/lib64/libcrypto.so.3",
    "/usr/lib64/libcrypto.so.1.1",
  ],
};

/**
 * Absolute paths where a libcrypto may lie on this kind of machine, best first. None is looked at:
 * that takes a permission to read, which a process that has `--allow-ffi=<path>` may not have.
 */
export function findLibcrypto(arch: string = Deno.build.arch): string[] {
  return [...PLACES[arch] ?? []];
}
