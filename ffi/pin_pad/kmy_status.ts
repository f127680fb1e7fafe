import { KMY_STATUS } from "./kmy_profile.ts";
import type { Verdict } from "./pad_talk.ts";

/** What ST says; one that is not known is a fault. */
export function judgeKmyStatus(status: number): Verdict {
  switch (status) {
    case KMY_STATUS.done:
      return { failure: null, tamper: "intact", battery: "good" };
    case KMY_STATUS.doneKeysMissing:
      return { failure: null, tamper: "keys_missing" };
    case KMY_STATUS.doneBatteryLow:
      return { failure: null, tamper: "intact", battery: "low" };
    case KMY_STATUS.wrongParameter:
      return { failure: "refused" };
    case KMY_STATUS.timeout:
      return { failure: "timeout" };
    case KMY_STATUS.refusedKeysMissing:
      return { failure: "no_key", tamper: "keys_missing" };
    case KMY_STATUS.refusedBatteryLow:
      return { failure: "refused", battery: "low" };
    case KMY_STATUS.unknownCommand:
      return { failure: "not_supported" };
    case KMY_STATUS.batteryFailed:
      return { failure: "tampered", tamper: "tampered", battery: "low" };
    case KMY_STATUS.keysFailed:
      return { failure: "tampered", tamper: "tampered" };
    default:
      // F0 to F7 are parts that failed the self-test.
      return { failure: "hardware_error" };
  }
}
