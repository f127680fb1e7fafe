import { CryptoError } from "../errors.ts";
import { IDENTITY } from "./libcrypto_symbols.ts";
import { judgeLibcrypto, tongsuoVersion } from "./libcrypto_versions.ts";

const TEXT_BYTES = 256;

/** What was found at a path, after the version gate let it through; closed by disposal. */
export interface LoadedLibrary extends Disposable {
  readonly path: string;
  /** "OpenSSL 3.0.19 27 Jan 2026", "Tongsuo 8.5.0 on OpenSSL 3.5.4 3 Aug 2026". */
  readonly text: string;
  /** Of the version gate. */
  readonly warnings: readonly string[];
}

/**
 * Loads the library at an absolute path and asks what it is. Throws `invalid_argument`,
 * `unavailable` and `refused_library` with the reasons, version and path.
 */
export function openIdentity(path: string): LoadedLibrary {
  // A bare name would be looked up wherever the loader and the permission think fit.
  if (!path.startsWith("/")) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot load libcrypto from "${path}": expected an absolute path`,
    );
  }
  using undo = new DisposableStack();
  const library = undo.adopt(open(path), (opened) => opened.close());
  const { name, version, text } = ask(library.symbols);
  const { level, reasons } = judgeLibcrypto({ name, version, arch: Deno.build.arch });
  if (level === "refused") {
    throw new CryptoError(
      "refused_library",
      `Cannot use ${text} at "${path}": ${reasons.join("; ")}`,
    );
  }
  const opened = undo.move();
  return { path, text, warnings: reasons, [Symbol.dispose]: () => opened.dispose() };
}

function open(path: string): Deno.DynamicLibrary<typeof IDENTITY> {
  try {
    return Deno.dlopen(path, IDENTITY);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CryptoError(
      "unavailable",
      `Cannot load libcrypto from "${path}": ${why}`,
      { cause },
    );
  }
}

type Identity = Deno.DynamicLibrary<typeof IDENTITY>["symbols"];

function ask(fn: Identity): { name: string; version: string; text: string } {
  const openssl = versionText(fn);
  const tongsuo = tongsuoOf(fn);
  if (tongsuo !== null) {
    return { name: "Tongsuo", version: tongsuo, text: `Tongsuo ${tongsuo} on ${openssl}` };
  }
  const [name = "", version = ""] = openssl.split(" ");
  return { name, version, text: openssl };
}

/** Null for what is OpenSSL and nothing else. */
function tongsuoOf(fn: Identity): string | null {
  if (fn.Tongsuo_version_num !== null) return tongsuoVersion(fn.Tongsuo_version_num(), 4);
  if (fn.BabaSSL_version_num !== null) return tongsuoVersion(fn.BabaSSL_version_num(), 12);
  return null;
}

/** The library itself copies the text to us: a pointer must not be looked into. */
function versionText(fn: Identity): string {
  const text = new Uint8Array(TEXT_BYTES);
  const pointer = fn.OpenSSL_version(0);
  if (pointer !== null) fn.OPENSSL_strlcpy(text, pointer, BigInt(text.length));
  return new TextDecoder().decode(text.subarray(0, text.indexOf(0))).replaceAll(/\s+/g, " ");
}
