/** Our numbers and structs against those that C compilers know, for both kinds of processor. */
import assert from "node:assert/strict";
import * as libcNumbers from "../../ffi/serial/libc.ts";
import * as termiosNumbers from "../../ffi/serial/termios.ts";
import { exists } from "../../tools/exists.ts";
import { say } from "../../tools/say.ts";
import { compileC } from "../serial/compile_c.ts";

interface Facts {
  readonly numbers: Readonly<Record<string, number>>;
  readonly modes: Readonly<Record<string, string>>;
}

const { BAUDS, PARITY_NAMES, Termios } = termiosNumbers;
const EMULATORS = { x86_64: "/usr/bin/qemu-x86_64", aarch64: "/usr/bin/qemu-aarch64" };
const POLLFD = { "pollfd bytes": 8, "pollfd events": 4, "pollfd revents": 6 };

for (const target of ["x86_64", "aarch64"] as const) {
  Deno.test(`ffi/serial/ and C agree on ${target}`, async () => {
    const facts = await readFacts(target);
    if (facts === null) return await say(`NOT RUN on ${target}: no compiler or no emulator`);
    assert.deepEqual({ ...ourNumbers(), ...POLLFD }, facts.numbers);
    assert.deepEqual(ourModes(), facts.modes);
  });
}

async function readFacts(target: "x86_64" | "aarch64"): Promise<Facts | null> {
  const path = await Deno.makeTempFile({ prefix: "yikatong-facts-" });
  try {
    const source = "tests/serial/termios_facts.c";
    const isForeign = target !== Deno.build.arch;
    if (isForeign && !await exists(EMULATORS[target])) return null;
    if (!await compileC({ source, kind: "program", target, path })) return null;
    const [program = path, ...args] = isForeign ? [EMULATORS[target], path] : [path];
    const { stdout } = await new Deno.Command(program, { args }).output();
    return JSON.parse(new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(path);
  }
}

/** All that stands in capitals in both files. */
function ourNumbers(): Record<string, number> {
  const ours = Object.entries({ ...libcNumbers, ...termiosNumbers })
    .filter(([, value]) => typeof value === "number" || typeof value === "bigint")
    .map(([name, value]): [string, number] => [name, Number(value)]);
  return Object.fromEntries(ours);
}

function ourModes(): Record<string, string> {
  using libc = new libcNumbers.Libc();
  const modes: Record<string, string> = { bytes: String(new Termios().bytes.length) };
  for (const baud of BAUDS) {
    for (const parity of ["none", "odd", "even", "mark", "space"] as const) {
      assert.ok(PARITY_NAMES.includes(parity));
      for (const dataBits of [7, 8] as const) {
        for (const stopBits of [1, 2] as const) {
          const termios = new Termios();
          termios.bytes.fill(0xff);
          termios.set(libc, { baud, parity, dataBits, stopBits });
          modes[`${baud} ${parity} ${dataBits} ${stopBits}`] = termios.bytes.toHex();
        }
      }
    }
  }
  return modes;
}
