import { compilePortStub } from "../../tests/serial/port_stub.ts";
import { type EmulatedTestResult, runEmulatedTests } from "./emulated_tests.ts";
import type { Arm64Pieces } from "./pieces.ts";
import { PiecesMissing } from "./pieces_missing.ts";

export interface DeviceTestRun {
  readonly pieces: Arm64Pieces;
  readonly cpu: string;
  readonly msMax: number;
}

/** Serial ports on libc of arm64; vendor libraries have hosts to emulate (vendor_arm64_test.ts). */
export const DEVICE_TESTS: readonly string[] = [
  "ffi/serial/open_trouble_test.ts",
  "ffi/serial/port_lock_test.ts",
  "ffi/serial/replug_test.ts",
  "ffi/serial/serial_port_test.ts",
  "tests/long/serial_stub_test.ts",
];

/** Compiles what the tests load for arm64, outside of the emulator. Throws `PiecesMissing`. */
export async function runDeviceTests(run: DeviceTestRun): Promise<EmulatedTestResult> {
  const folder = await Deno.makeTempDir({ prefix: "yikatong-arm64-" });
  try {
    const portStub = `${folder}/port_stub.so`;
    if (!await compilePortStub({ target: "aarch64", path: portStub })) {
      throw new PiecesMissing("Cannot compile for arm64: expected Debian's gcc-aarch64-linux-gnu");
    }
    const env = { TEST_PORT_STUB: portStub };
    return await runEmulatedTests({ ...run, files: DEVICE_TESTS, env });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
