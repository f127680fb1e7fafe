/** As the audit trail is told it; releases set it when they are built. */
export const PLATFORM_VERSION = "0.5.0-dev";
