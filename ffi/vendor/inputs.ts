import type { VendorValue } from "./contract.ts";
import type { VendorFunction, VendorParameter } from "./profile.ts";

type Inputs = Readonly<Record<string, VendorValue>>;

const RANGES = {
  "in i16": [-0x8000, 0x7fff],
  "in i32": [-0x8000_0000, 0x7fff_ffff],
  "in u8": [0, 0xff],
  "in u32": [0, 0xffff_ffff],
} as const;

/**
 * A call that does not fit its profile is a defect of driver or profile: throws a `TypeError` that
 * names function and parameter, never the value.
 */
export function requireInputs(called: string, fn: VendorFunction, inputs: Inputs): void {
  const wanted = fn.parameters.filter((each) => each.kind.startsWith("in "));
  const names = wanted.flatMap((each) => "name" in each ? [each.name] : []);
  const surplus = Object.keys(inputs).find((name) => !names.includes(name));
  if (surplus !== undefined) throw new TypeError(refusal(called, surplus, "none of that name"));
  for (const parameter of wanted) {
    if (!("name" in parameter)) continue;
    const expected = expectationOf(parameter, inputs[parameter.name]);
    if (expected) throw new TypeError(refusal(called, parameter.name, expected));
  }
}

/** What the parameter takes, when the value is not that. */
function expectationOf(parameter: VendorParameter, value: VendorValue | undefined): string | null {
  switch (parameter.kind) {
    case "in text":
      return typeof value === "string" && !value.includes("\0") ? null : "a text without NUL";
    case "in handle":
      return typeof value === "string" ? null : "a handle";
    case "in bytes":
      return value instanceof Uint8Array ? null : "bytes";
    case "in i16":
    case "in i32":
    case "in u8":
    case "in u32": {
      const [min, max] = RANGES[parameter.kind];
      const fits = Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
      return fits ? null : `an integer from ${min} to ${max}`;
    }
    default:
      return null;
  }
}

function refusal(called: string, parameter: string, expected: string): string {
  return `Cannot call "${called}": input "${parameter}", expected ${expected}`;
}
