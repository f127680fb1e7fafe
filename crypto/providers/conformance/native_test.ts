import { testLibcrypto } from "../../../tests/libcrypto.ts";
import { openNativeEngine } from "../native.ts";
import { portableEngine } from "../portable.ts";
import type { SoftwareProvider } from "../software.ts";
import { exchangeKeys, workTogether } from "./interop.ts";
import { softwareProvider } from "./software_provider.ts";
import { conformsTo } from "./suite.ts";

async function native(): Promise<SoftwareProvider> {
  return await softwareProvider("native", openNativeEngine({ path: testLibcrypto() }));
}

async function portable(): Promise<SoftwareProvider> {
  return await softwareProvider("portable", portableEngine());
}

conformsTo("native", native);
workTogether("native and portable", native, portable);
exchangeKeys("native and portable", native, portable);
exchangeKeys("portable and native", portable, native);
