/** `port_stub.c`, loaded: the library whose path it is, and the hand that scripts it. */
import { compileC } from "./compile_c.ts";

const FUNCTIONS = {
  stub_modem: { parameters: ["i32", "i32"], result: "void" },
  stub_read_error: { parameters: ["i32"], result: "void" },
  stub_write_error: { parameters: ["i32"], result: "void" },
  stub_poll_error: { parameters: ["i32"], result: "void" },
  stub_eventfd_error: { parameters: ["i32"], result: "void" },
  stub_write_bytes_max: { parameters: ["u32"], result: "void" },
  stub_hollow_polls: { parameters: ["i32"], result: "void" },
  stub_polls: { parameters: [], result: "i32" },
} as const;

export interface PortStub extends AsyncDisposable {
  /** For `Libc`. */
  readonly path: string;
  readonly script: Deno.DynamicLibrary<typeof FUNCTIONS>["symbols"];
}

export interface StubTarget {
  readonly target: "x86_64" | "aarch64";
  readonly path: string;
}

/** False where there is no compiler for it. */
export function compilePortStub(wanted: StubTarget): Promise<boolean> {
  return compileC({ ...wanted, kind: "library", source: "tests/serial/port_stub.c" });
}

/** Null without a compiler; an emulated process is given what was made for it outside. */
export async function openPortStub(): Promise<PortStub | null> {
  await using undo = new AsyncDisposableStack();
  const given = Deno.env.get("TEST_PORT_STUB");
  const path = given ?? undo.adopt(
    await Deno.makeTempFile({ prefix: "yikatong-port-", suffix: ".so" }),
    (made) => Deno.remove(made),
  );
  const { arch } = Deno.build;
  if (given === undefined && !await compilePortStub({ target: arch, path })) return null;
  const library = undo.adopt(Deno.dlopen(path, FUNCTIONS), (opened) => opened.close());
  const kept = undo.move();
  return { path, script: library.symbols, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
