/** Structured JSON lines; what a field may hold is decided by who calls, and no personal data may be. */

export type LogLevel = "debug" | "info" | "warn" | "error";

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];
const FIELD_CHARS_MAX = 500;

/** Digits long enough for an ID, card or phone number never leave, even inside an error text. */
const LONG_DIGITS = /\d{11,}[\dXx]?/g;
/** Ids of ours (hex with dashes) are kept: traces need them. */
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;

export function createLog(options: {
  readonly level: LogLevel;
  readonly write: (line: string) => void;
  readonly now: () => Date;
}): Log {
  const least = LEVELS.indexOf(options.level);
  function at(level: LogLevel) {
    return (message: string, fields: LogFields = {}): void => {
      if (LEVELS.indexOf(level) < least) return;
      const safe = Object.fromEntries(
        Object.entries(fields).map(([key, value]) => [key, redact(value)]),
      );
      const time = options.now().toISOString();
      options.write(JSON.stringify({ time, level, message: redact(message), ...safe }));
    };
  }
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** For tests and tools that want no output. */
export const SILENT_LOG: Log = createLog({
  level: "error",
  write: () => {},
  now: () => new Date(0),
});

function redact<Value>(value: Value): Value | string {
  if (typeof value !== "string" || UUID.test(value)) return value;
  return value.slice(0, FIELD_CHARS_MAX).replace(LONG_DIGITS, "***");
}
