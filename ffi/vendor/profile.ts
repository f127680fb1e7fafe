import { parse as parseToml } from "smol-toml";
import { z } from "zod";

/**
 * What differs between vendors, districts and builds of one library: where it lies, what its
 * functions are called, what they take and return and how success looks. A profile is a TOML file
 * at the kiosk; examples stand in `ffi/profiles/`.
 */

/**
 * Of all outputs of one function; six times that in JSON is less than a frame. Clients use 1024 to
 * 20480 bytes; an identity card with its photo as base64 takes 96 KiB.
 */
const BUFFER_BYTES_MAX = 512 * 1024;
const PARAMETERS_MAX = 16;
const FUNCTIONS_MAX = 64;
/** Room for entering a PIN twice. */
const DEADLINE_MS_MAX = 5 * 60_000;
const HEARTBEAT_MS = { min: 20, default: 1_000, max: 10_000 };
/** Loading a library with its dependencies on a slow kiosk. */
const START_MS = { min: 100, default: 30_000, max: DEADLINE_MS_MAX };
const LIST_MAX = 16;

const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, "a name of letters, digits and _");
const path = z.string().regex(/^\/[^\0]+$/, "an absolute path").max(1_000);
const encoding = z.enum(["gb18030", "utf8", "sniff"]);
const bufferBytes = z.int().min(1).max(BUFFER_BYTES_MAX);
const integers = ["i16", "i32", "u8", "u32"] as const;

const parameter = z.discriminatedUnion("kind", [
  /** Text ends with NUL; `encoding` where it is another one than the profile's. */
  z.strictObject({ kind: z.literal("in text"), name, encoding: encoding.optional() }),
  z.strictObject({ kind: z.literal("in bytes"), name }),
  z.strictObject({ kind: z.literal("in i16"), name }),
  z.strictObject({ kind: z.literal("in i32"), name }),
  z.strictObject({ kind: z.literal("in u8"), name }),
  z.strictObject({ kind: z.literal("in u32"), name }),
  /** What an earlier `out handle` gave. */
  z.strictObject({ kind: z.literal("in handle"), name }),
  z.strictObject({ kind: z.literal("constant"), as: z.enum(integers), value: z.int() }),
  z.strictObject({ kind: z.literal("constant text"), value: z.string().max(1_000) }),
  z.strictObject({ kind: z.literal("null") }),
  z.strictObject({
    kind: z.literal("out text"),
    name,
    bufferBytes,
    encoding: encoding.optional(),
  }),
  z.strictObject({ kind: z.literal("out bytes"), name, bufferBytes }),
  /** What has to be taken and nobody wants, a photo or a PIN: it never leaves the host process. */
  z.strictObject({ kind: z.literal("out unread"), name, bufferBytes }),
  z.strictObject({ kind: z.literal("out i32"), name }),
  z.strictObject({ kind: z.literal("out handle"), name }),
  /** `unsigned int*`: the size of the output `of` goes in, how much of it was filled comes back. */
  z.strictObject({ kind: z.literal("in-out length"), of: name }),
]);

const result = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("i16") }),
  z.strictObject({ kind: z.literal("i32") }),
  /** C's `long` on 64-bit Linux. */
  z.strictObject({ kind: z.literal("i64") }),
  /** `char*` that stays the library's; it is handed over as the output `name`. */
  z.strictObject({ kind: z.literal("text"), name, bufferBytes, encoding: encoding.optional() }),
  z.strictObject({ kind: z.literal("none") }),
]);

const success = z.union([
  z.strictObject({ equals: z.int() }),
  z.strictObject({ atLeast: z.int() }),
  z.strictObject({ oneOf: z.array(z.int()).min(1).max(LIST_MAX) }),
  /** Of a text: it is there and not empty. */
  z.strictObject({ text: z.literal("given") }),
  z.strictObject({ text: z.literal("equals"), value: z.string().max(100) }),
  z.strictObject({ always: z.literal(true) }),
], { error: "one of equals, atLeast, oneOf, text, always" });

const vendorFunction = z.strictObject({
  symbol: z.string().regex(/^[A-Za-z_]\w{0,127}$/, "a C identifier"),
  parameters: z.array(parameter).max(PARAMETERS_MAX),
  result,
  success,
  /** How long a call may take before the child is killed. */
  deadlineMs: z.int().min(1).max(DEADLINE_MS_MAX),
  /** Not every build exports it. */
  optional: z.boolean().default(false),
}).superRefine((fn, context) => {
  const complain = (message: string) => context.addIssue({ code: "custom", message });
  const names = fn.parameters.flatMap((each) => "name" in each ? [each.name] : []);
  if (fn.result.kind === "text") names.push(fn.result.name);
  const buffers = [...fn.parameters, fn.result].reduce(
    (sum, each) => sum + ("bufferBytes" in each ? each.bufferBytes : 0),
    0,
  );
  if (buffers > BUFFER_BYTES_MAX) complain(`buffers of at most ${BUFFER_BYTES_MAX} bytes together`);
  const twice = names.find((each, at) => names.indexOf(each) !== at);
  if (twice !== undefined) complain(`every name once, "${twice}" stands twice`);
  for (const each of fn.parameters) {
    if (each.kind !== "in-out length") continue;
    const isThere = fn.parameters.some((other) =>
      (other.kind === "out bytes" || other.kind === "out unread") && other.name === each.of
    );
    if (!isThere) complain(`an "out bytes" with the name "${each.of}" for its length`);
  }
  const isNumber = fn.result.kind === "i16" || fn.result.kind === "i32" || fn.result.kind === "i64";
  const wantsNumber = "equals" in fn.success || "atLeast" in fn.success || "oneOf" in fn.success;
  if (wantsNumber && !isNumber) complain("a success test that fits the result: it has no number");
  if ("text" in fn.success && fn.result.kind !== "text") {
    complain("a success test that fits the result: it is no text");
  }
});

const inputs = z.record(name, z.union([z.string().max(10_000), z.int()])).default({});
const onceCalled = z.strictObject({ function: name, inputs });

const profile = z.strictObject({
  /** As messages and the device table name it. */
  name: z.string().min(1).max(60),
  library: path,
  /** Loaded first and for all to see, in this order: what the library expects without saying so. */
  preload: z.array(path).max(LIST_MAX).default([]),
  encoding,
  /** Set before the child starts, such as LD_LIBRARY_PATH; nothing else is handed on. */
  environment: z.record(z.string().regex(/^[A-Z_][A-Z0-9_]*$/), z.string().max(1_000)).default({}),
  /** Put into the working folder whenever it is made anew: settings that a library looks for there. */
  workFiles: z.array(path).max(LIST_MAX).default([]),
  heartbeatMs: z.int().min(HEARTBEAT_MS.min).max(HEARTBEAT_MS.max).default(HEARTBEAT_MS.default),
  /** How long the process may take till the library is loaded, its init function included. */
  startMs: z.int().min(START_MS.min).max(START_MS.max).default(START_MS.default),
  /** Of which thread calls are made: `main` always of the same one, at the price of no heartbeat meanwhile. */
  thread: z.enum(["pool", "main"]).default("pool"),
  /** Called once when the library is loaded; without success it is not used. */
  init: onceCalled.optional(),
  /** Called once before the child goes, if there is time. */
  exit: onceCalled.optional(),
  functions: z.record(name, vendorFunction),
}).superRefine((whole, context) => {
  const count = Object.keys(whole.functions).length;
  if (count < 1 || count > FUNCTIONS_MAX) {
    context.addIssue({ code: "custom", path: ["functions"], message: `1 to ${FUNCTIONS_MAX}` });
  }
  for (const key of ["init", "exit"] as const) {
    const called = whole[key];
    if (!called || Object.hasOwn(whole.functions, called.function)) continue;
    const message = `a name of [functions], not "${called.function}"`;
    context.addIssue({ code: "custom", path: [key, "function"], message });
  }
});

export type VendorProfile = z.infer<typeof profile>;
export type VendorFunction = z.infer<typeof vendorFunction>;
export type VendorParameter = z.infer<typeof parameter>;
export type TextEncodingName = z.infer<typeof encoding>;

/** A profile that cannot be used: the message names the file, the key and what was expected. */
export class ProfileError extends Error {
  override readonly name = "ProfileError";
}

const PROFILE_BYTES_MAX = 256 * 1024;
const PROBLEMS_SHOWN_MAX = 5;

/** Throws {@link ProfileError}. */
export async function loadVendorProfile(file: string): Promise<VendorProfile> {
  return parseVendorProfile(await readProfile(file), file);
}

/** `file` is for messages only. Throws {@link ProfileError}. */
export function parseVendorProfile(text: string, file: string): VendorProfile {
  const parsed = profile.safeParse(parseText(text, file), { reportInput: true });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.slice(0, PROBLEMS_SHOWN_MAX)
    .map(({ path, message }) =>
      `${path.join(".") || "the file"}: expected ${expectation(message)}`
    );
  throw new ProfileError(`Cannot use profile "${file}": ${problems.join("; ")}`, {
    cause: parsed.error,
  });
}

async function readProfile(file: string): Promise<string> {
  try {
    const { size } = await Deno.stat(file);
    if (size > PROFILE_BYTES_MAX) throw new Error(`${size} bytes`);
    return await Deno.readTextFile(file);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const expected = `expected a readable file of at most ${PROFILE_BYTES_MAX} bytes`;
    throw new ProfileError(`Cannot read profile "${file}": ${why}, ${expected}`, { cause });
  }
}

function parseText(text: string, file: string): unknown {
  try {
    return parseToml(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split("\n", 1)[0] : String(cause);
    throw new ProfileError(`Cannot use profile "${file}": ${why}, expected TOML`, { cause });
  }
}

/** zod says "Invalid input: expected string, received number" and the like. */
function expectation(message: string): string {
  return message.replace(/^Invalid \w+: (expected )?/, "").replace(/^expected /, "");
}
