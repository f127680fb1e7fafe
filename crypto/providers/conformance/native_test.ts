import assert from "node:assert/strict";
import { findLibcrypto, openNativeEngine } from "../native.ts";
import { portableEngine } from "../portable.ts";
import type { SoftwareProvider } from "../software.ts";
import { exchangeKeys, workTogether } from "./interop.ts";
import { softwareProvider } from "./software_provider.ts";
import { conformsTo } from "./suite.ts";

/** The one this machine has; where there is none these tests fail, as they prove nothing then. */
function installedLibcrypto(): string {
  const path = findLibcrypto().find((place) => {
    try {
      return Deno.statSync(place).isFile;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  });
  assert.ok(path, `No libcrypto in ${findLibcrypto().join(", ")}`);
  return path;
}

async function native(): Promise<SoftwareProvider> {
  return await softwareProvider("native", openNativeEngine({ path: installedLibcrypto() }));
}

async function portable(): Promise<SoftwareProvider> {
  return await softwareProvider("portable", portableEngine());
}

conformsTo("native", native);
workTogether("native and portable", native, portable);
exchangeKeys("native and portable", native, portable);
exchangeKeys("portable and native", portable, native);
