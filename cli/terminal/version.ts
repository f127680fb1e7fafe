/** As the platform, the report and the log are told it; releases set it when they are built. */
export const TERMINAL_VERSION = "0.4.0-dev";
