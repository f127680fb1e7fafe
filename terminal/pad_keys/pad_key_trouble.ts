/** Why no bank card is taken at this terminal; told in its notes and with its heartbeat. */
export type PadKeyTrouble =
  /** The terminal has just started. */
  | "starting"
  | "pad_offline"
  /** The pad was opened, its keys are gone: a new pad or a repair, then a new ceremony. */
  | "tampered"
  /** The platform has no master for this pad: the ceremony is missing, or its keys were destroyed. */
  | "no_master"
  /** The pad holds no master, or another one than the platform: the ceremony at the pad is missing. */
  | "wrong_master"
  /** The kiosk's file says another algorithm than the pad's master has. */
  | "wrong_algorithm"
  | "platform_silent"
  | "platform_refused"
  /** The pad does not do what it is told; `pad_keys.trouble` has its word. */
  | "pad_refused";
