import { TrustError } from "../../server/platform/release/trusted_keys.ts";
import { StartError } from "../command.ts";

/** Trusted keys that cannot be used are a trouble to mend, not a defect with a stack. */
export async function trusting<Value>(read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (thrown) {
    throw thrown instanceof TrustError ? new StartError(thrown.message, { cause: thrown }) : thrown;
  }
}
