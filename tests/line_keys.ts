import { developmentKeys } from "../cli/dev/development_keys.ts";
import { portableEngine } from "../crypto/providers/portable.ts";
import { SoftwareProvider } from "../crypto/providers/software.ts";
import type { LineKeys } from "../server/modules/fleet/line/line_keys.ts";

/** The platform's keys for the line, out of an all-zero secret; equal in every test process. */
export function testLineKeys(): LineKeys {
  const keys = developmentKeys("00".repeat(32));
  return { provider: new SoftwareProvider(portableEngine(), { name: "line", keys }) };
}
