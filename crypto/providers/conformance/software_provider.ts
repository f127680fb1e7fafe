import type { Engine } from "../../engine.ts";
import { SoftwareProvider } from "../software.ts";

/** With the keys the suite asks for. */
export async function softwareProvider(name: string, engine: Engine): Promise<SoftwareProvider> {
  const provider = new SoftwareProvider(engine, {
    name,
    onKeysChanged: () => Promise.resolve(),
  });
  for (const usage of ["sign", "decrypt"] as const) {
    const label = `conformance-${usage}`;
    await provider.generateKey({ label, algorithm: "sm2", usage, leaves: "never" });
  }
  return provider;
}
