/** What an uninterruptible power supply says of itself. */
export interface MegatecReport {
  readonly inputVolts: number;
  readonly loadPercent: number;
  /** Of the whole battery, or of one cell: the answer's point tells, and makers differ. */
  readonly batteryVolts: number;
  readonly utilityFailed: boolean;
  readonly batteryLow: boolean;
  readonly upsFailed: boolean;
}

export const MEGATEC_Q1 = new TextEncoder().encode("Q1\r");
/** The answer with its carriage return. */
export const MEGATEC_ANSWER_BYTES_MAX = 48;

/**
 * `(MMM.M NNN.N PPP.P QQQ RR.R S.SS TT.T b7…b0` and a carriage return: volts in, volts at the last
 * fault, volts out, load in percent, hertz, battery volts, degrees, flags (Megatec protocol, "Q1";
 * flags b5 to b0 and the two forms of the battery's volts are assumed).
 */
const ANSWER =
  /^\((\d{3}\.\d) \d{3}\.\d \d{3}\.\d (\d{3}) \d{2}\.\d (\d\.\d{2}|\d{2}\.\d) (?:\d{2}\.\d|--\.-) ([01]{8})\r$/;
const UTILITY_FAILED = 0;
const BATTERY_LOW = 1;
const UPS_FAILED = 3;

/** Null when it is not an answer to `Q1`, whole and by itself. */
export function readMegatecAnswer(bytes: Uint8Array): MegatecReport | null {
  if (bytes.length > MEGATEC_ANSWER_BYTES_MAX) return null;
  const [, input, load, battery, flags = ""] = ANSWER.exec(new TextDecoder().decode(bytes)) ?? [];
  if (input === undefined) return null;
  return {
    inputVolts: Number(input),
    loadPercent: Number(load),
    batteryVolts: Number(battery),
    utilityFailed: flags[UTILITY_FAILED] === "1",
    batteryLow: flags[BATTERY_LOW] === "1",
    upsFailed: flags[UPS_FAILED] === "1",
  };
}
