import { parseArgs } from "node:util";

export interface ProofArguments {
  readonly cpus: readonly string[];
  /** As `yikatong dev --devices` takes them. */
  readonly devices: string;
}

/**
 * `[--devices hardware|virtual] [cpu …]`. Drivers keep the times of real devices, which a machine with
 * much else to do cannot keep while it emulates; virtual devices have none.
 */
export function proofArguments(args: readonly string[], cpus: readonly string[]): ProofArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { devices: { type: "string", default: "hardware" } },
  });
  return { cpus: positionals.length > 0 ? positionals : cpus, devices: values.devices };
}
