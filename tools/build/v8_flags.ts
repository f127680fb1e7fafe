/**
 * Of every program of a release. What lives shortly gets 4 MB at a time instead of 16: a process
 * that waits for patients would keep the rest for months. And on pages of 64 KiB the runtime aborts
 * as soon as it frees compiled WebAssembly, which the embedded database is (`prove:pages`); set later
 * than on the command line it does not count.
 */
export const V8_FLAGS = "--v8-flags=--max-semi-space-size=4,--no-wasm-code-gc";
