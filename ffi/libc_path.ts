const GLIBC = "libc.so.6";

/** Where systems keep it: Debian's way, and Red Hat's. */
export const LIBC_PATHS: readonly string[] = [
  `/lib/${Deno.build.arch}-linux-gnu/${GLIBC}`,
  `/lib64/${GLIBC}`,
];

/**
 * glibc, by its name wherever the loader finds it; for a process that may load only what was granted
 * to it, by the path that was. Throws Deno's error where there is none.
 */
export function openLibc<Symbols extends Deno.ForeignLibraryInterface>(
  symbols: Symbols,
): Deno.DynamicLibrary<Symbols> {
  try {
    return Deno.dlopen(GLIBC, symbols);
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotCapable)) throw thrown;
    return openGranted(symbols, thrown);
  }
}

function openGranted<Symbols extends Deno.ForeignLibraryInterface>(
  symbols: Symbols,
  refused: Error,
): Deno.DynamicLibrary<Symbols> {
  for (const path of LIBC_PATHS) {
    try {
      return Deno.dlopen(path, symbols);
    } catch {
      // Another system's place, or not granted.
    }
  }
  throw refused;
}

/** For a few calls; it is closed after them. */
export function callLibc<Symbols extends Deno.ForeignLibraryInterface, Value>(
  symbols: Symbols,
  use: (fn: Deno.DynamicLibrary<Symbols>["symbols"]) => Value,
): Value {
  const library = openLibc(symbols);
  try {
    return use(library.symbols);
  } finally {
    library.close();
  }
}
