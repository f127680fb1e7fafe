import type { SandboxRegion } from "./region.ts";

/** Of these the scheme says who receives them (nhsa.md §1.1); all others go to the usual one. */
const BY_SCHEME: ReadonlySet<string> = new Set(["2201", "2206", "2207"]);
/** No scheme is known yet where somebody signs in or is read. */
const BEFORE_ANY_SCHEME: ReadonlySet<string> = new Set(["9001", "1101", "1161", "1162"]);

/** recer_sys_code of a message under a scheme. */
export function receiverOfScheme({ receivers }: SandboxRegion, insutype: string): string {
  return receivers.ofScheme[insutype] ?? receivers.usual;
}

/** Null: any receiver of the region may have it. */
export function receiverWanted(
  region: SandboxRegion,
  message: { readonly number: string; readonly input: Readonly<Record<string, unknown>> },
): string | null {
  if (BEFORE_ANY_SCHEME.has(message.number)) return region.receivers.usual;
  if (!BY_SCHEME.has(message.number)) return null;
  return receiverOfScheme(region, schemeOf(message.input));
}

export function schemeOf({ data }: Readonly<Record<string, unknown>>): string {
  const isNode = typeof data === "object" && data !== null && "insutype" in data;
  return isNode ? String(data.insutype) : "";
}
