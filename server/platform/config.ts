import { parse as parseToml, TomlError } from "smol-toml";
import { z } from "zod";
import { isAddressRange } from "./address_range.ts";
import { backupSettings } from "./backup_settings.ts";
import { explainField } from "./config_words.ts";
import { readAddress } from "./database_login/address.ts";
import { DATABASE_PRODUCTS } from "./database_product/product.ts";
import { reasonOf } from "./errors.ts";
import { releaseSettings } from "./release/settings.ts";

/**
 * The only reader of the environment: raw text → one checked whole → secrets apart. Every name is
 * `YIKATONG_` and the path in capitals (`YIKATONG_HIS_URL`); an optional TOML file holds the same
 * paths as tables; the environment wins. The terminal's (`terminal/config.ts`) begin with
 * `YIKATONG_TERMINAL_`.
 */

const port = z.coerce.number().int().min(0).max(65_535);
const url = z.url({ protocol: /^https?$/ });
const partyMs = z.coerce.number().int().min(100).max(180_000);
const secret = z.string().min(8);
const absolutePath = z.string().startsWith("/");
/** In the environment everything is text. */
const yesOrNo = z.union([z.boolean(), z.stringbool({ truthy: ["true"], falsy: ["false"] })]);

/** In the environment one text with commas. */
const list = <Item extends z.ZodType>(item: Item) =>
  z.preprocess(
    (value) => typeof value === "string" ? value.split(",").map((part) => part.trim()) : value,
    z.array(item),
  );
const addressRangeList = list(
  z.string().refine(isAddressRange, { error: "应是地址或 CIDR 网段，如 10.0.0.0/24" }),
);

/** What comes over it decides who somebody is: encrypted, but on this machine itself. */
const guardedUrl = url.refine((text) => {
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
}, { error: "应是 https:// 开头的完整地址（只有本机可以用 http://）" });

const databaseUrlText = z.string().superRefine((text, context) => {
  try {
    readAddress(text);
  } catch (thrown) {
    // URIError: a % that stands for nothing.
    const message = thrown instanceof RangeError ? thrown.message : "应是百分号编码的网址";
    context.addIssue({ code: "custom", message });
  }
});

/** What both kinds of identity provider have. */
const ssoFields = {
  title: z.string().min(1).max(50),
  /** `https://平台的地址/api/console/v1/sso/oidc/callback`, with `cas` for the other. */
  redirect_url: guardedUrl,
  /** Words of `acr`, `amr` or CAS attributes that stand for a second factor; none by default. */
  trusted_strength: list(z.string().min(1).max(255)).default([]),
  timeout_ms: partyMs.default(8_000),
};

/** A table that is missing altogether is told by its missing fields. */
function table<Shape extends z.ZodRawShape>(fields: Shape) {
  return z.preprocess((value) => value ?? {}, z.strictObject(fields));
}

export const shape = z.strictObject({
  database: z.strictObject({
    /** postgres://…; absent means the embedded database in `data_dir`. */
    url: databaseUrlText.optional(),
    /** Whose login and dialect are spoken; a server that says it is another one is refused. */
    product: z.enum(DATABASE_PRODUCTS).default("postgresql"),
    /** Whoever reads the server's catalogue can sign in with what it keeps of an MD5 password. */
    allow_md5: yesOrNo.default(false),
    pool: z.coerce.number().int().min(1).max(200).default(10),
  }).prefault({}),
  audit: z.strictObject({
    /** Checkpoints are written there too, where the database's administrators cannot write. */
    anchor_file: absolutePath.optional(),
  }).prefault({}),
  access: z.strictObject({
    /** PEM: whose SM2 certificates count as a second factor; absent means nobody's. */
    certificate_authorities: absolutePath.optional(),
    /** Where browsers find the console; stands in what certificates sign. */
    origin: guardedUrl.optional(),
  }).prefault({}),
  sso_oidc: z.strictObject({
    ...ssoFields,
    /** Without `/.well-known/…`, which would leave the issuer unchecked. */
    issuer: guardedUrl.refine((text) => !text.includes("/.well-known/"), {
      error: "应是身份源的 issuer，不带 /.well-known/…",
    }),
    client_id: z.string().min(1).max(255),
    secret,
    /** Of ID tokens; no other is taken. */
    signing_algorithm: z.enum(["RS256", "PS256", "ES256", "EdDSA"]).default("RS256"),
    client_authentication: z.enum(["basic", "post"]).default("basic"),
  }).optional(),
  sso_cas: z.strictObject({
    ...ssoFields,
    url: guardedUrl.refine((text) => !text.endsWith("/"), { error: "末尾不带 /" }),
  }).optional(),
  data_dir: z.string().min(1).default("data"),
  /** The built console; from source it is built instead. */
  console_dir: absolutePath.optional(),
  host: z.string().min(1).default("127.0.0.1"),
  port: port.default(8700),
  /** Where phones open the page behind an order's one code; no such page is offered without. */
  public_url: guardedUrl.refine((text) => !text.endsWith("/"), { error: "末尾不带 /" }).optional(),
  /** Page of the collector where one trace is looked at; the console links there. */
  trace_url: url.refine((text) => text.includes("{traceId}"), { error: "要写出 {traceId}" })
    .optional(),
  /** Reverse proxies whose `x-forwarded-for` is believed. */
  trusted_proxies: addressRangeList.default([]),
  /** Who reads `/metrics`; others find nothing there. */
  metrics_from: addressRangeList.default(["127.0.0.0/8", "::1"]),
  role: z.enum(["api", "worker", "all"]).default("all"),
  log_level: z.enum(["debug", "info", "warn", "error"]).default("info"),
  his: table({
    url,
    app_id: z.string().min(1),
    secret,
    timeout_ms: partyMs.default(10_000),
  }),
  citizen_code: table({
    url,
    app_id: z.string().min(1),
    secret,
    timeout_ms: partyMs.default(8_000),
  }),
  insurance: table({
    url,
    paas_id: z.string().min(1),
    secret,
    timeout_ms: partyMs.default(30_000),
  }),
  aggregate_pay: table({
    url,
    app_id: z.string().min(1),
    app_key: secret,
    notify_key: secret,
    order_prefix: z.string().min(1).max(8),
    notify_url: url,
    timeout_ms: partyMs.default(15_000),
  }),
  /** The centre for mobile payment (医保移动支付) and its wallet; absent means neither is used here. */
  mobile_insurance: z.strictObject({
    url,
    app_id: z.string().min(16),
    app_secret: secret,
    /** The centre's SM2 public key: 65 bytes in hexadecimal digits. */
    centre_key: z.string().regex(/^04[0-9a-f]{128}$/i),
    /** The service provider's line to the wallet. */
    wallet_url: url,
    wallet_app: z.string().min(1),
    wallet_secret: secret,
    wallet_appid: z.string().min(1).max(32),
    wallet_sub_mchid: z.string().min(1).max(32),
    /** Where the wallet tells of an order, as it is told with every one. */
    report_url: url,
    timeout_ms: partyMs.default(30_000),
  }).optional(),
  /** Bank cards; absent means that none are taken here. */
  card_host: z.strictObject({
    host: z.string().min(1),
    port: z.coerce.number().int().min(1).max(65_535),
    profile: z.enum(["unionpay_sm4", "unionpay_tdes"]).default("unionpay_sm4"),
    /** 5 bytes in hexadecimal digits, as the host assigned them. */
    tpdu: z.string().regex(/^[0-9a-fA-F]{10}$/).default("6000030000"),
    /** Who signs in and settles: fields 42 and 41. */
    merchant: z.string().regex(/^[0-9A-Za-z]{1,15}$/),
    terminal: z.string().regex(/^[0-9A-Za-z]{1,8}$/),
    /** In front of our terminals' numbers in field 41. */
    terminal_prefix: z.string().regex(/^[0-9A-Za-z]{0,4}$/).default(""),
    /** Of the host's master key in the key store, usage `import`. */
    master_key: z.string().min(1).max(128).default("card-host-master"),
    /** Names the host in labels of its work keys; never changed once there are some. */
    host_id: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/).default("card-host"),
    timeout_ms: partyMs.default(30_000),
  }).optional(),
  crypto: z.strictObject({
    provider: z.enum(["auto", "native", "portable", "sdf"]).default("auto"),
    /** Of libcrypto or the vendor's SDF; absent means the places a system keeps libcrypto in. */
    library: absolutePath.optional(),
    /** Of `sdf`: what its maker does differently, and which of its keys are ours. */
    sdf_profile: absolutePath.optional(),
    /** SM2 private keys in this process's memory; a certified device holds them otherwise. */
    allow_software_private_keys: yesOrNo.default(false),
    /** Made by `yikatong key store init`, of `sdf` by `yikatong key store device`. */
    key_store: absolutePath.optional(),
    /** Readable by this process's user alone. */
    key_store_password_file: absolutePath.optional(),
  }).prefault({}),
  /** Where database backups go; absent means that none are made with this configuration. */
  backup: backupSettings.optional(),
  release: releaseSettings,
  development: z.strictObject({
    terminal_token: secret.optional(),
    seal_key: z.string().regex(/^[0-9a-f]{64}$/).optional(),
  }).prefault({}),
});

export type Config = z.infer<typeof shape>;

const SECRET_PATHS: ReadonlySet<string> = new Set([
  "database.url",
  "backup.database_url",
  "his.secret",
  "citizen_code.secret",
  "insurance.secret",
  "aggregate_pay.app_key",
  "aggregate_pay.notify_key",
  "mobile_insurance.app_secret",
  "mobile_insurance.wallet_secret",
  "sso_oidc.secret",
  "development.terminal_token",
  "development.seal_key",
]);

export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Whose part of the environment is read. */
export interface ConfigScope {
  /** What every name begins with; `…CONFIG` names the file. */
  readonly prefix: string;
  /** The tables, whose names are the next part. */
  readonly tables: readonly string[];
  /** Names that begin so are other programs'. */
  readonly except?: readonly string[];
}

const TERMINAL_PREFIX = "YIKATONG_TERMINAL_";
const KIOSK_PREFIX = "YIKATONG_KIOSK_";

export const PLATFORM: ConfigScope = {
  prefix: "YIKATONG_",
  tables: [
    "audit",
    "backup",
    "database",
    "his",
    "citizen_code",
    "insurance",
    "aggregate_pay",
    "mobile_insurance",
    "card_host",
    "access",
    "sso_oidc",
    "sso_cas",
    "crypto",
    "release",
    "development",
  ],
  except: [TERMINAL_PREFIX, KIOSK_PREFIX],
};

export const TERMINAL: ConfigScope = {
  prefix: TERMINAL_PREFIX,
  tables: ["platform", "crypto", "release"],
};

export const KIOSK: ConfigScope = { prefix: KIOSK_PREFIX, tables: ["display"] };

/** The environment's part of the platform's configuration, as nested text. */
export function readEnv(env: Readonly<Record<string, string>>): Record<string, unknown> {
  const tree = readScope(env, PLATFORM);
  if (env.DATABASE_URL) place(tree, "database_url", env.DATABASE_URL, PLATFORM);
  return tree;
}

function readScope(
  env: Readonly<Record<string, string>>,
  scope: ConfigScope,
): Record<string, unknown> {
  const { prefix, except = [] } = scope;
  const tree: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith(prefix) || value === "" || name === `${prefix}CONFIG`) continue;
    if (except.some((other) => name.startsWith(other))) continue;
    place(tree, name.slice(prefix.length).toLowerCase(), value, scope);
  }
  return tree;
}

function place(
  tree: Record<string, unknown>,
  path: string,
  value: string,
  { tables }: ConfigScope,
): void {
  const table = tables.find((name) => path.startsWith(`${name}_`));
  if (!table) {
    tree[path] = value;
    return;
  }
  const inner = tree[table];
  tree[table] = { ...(isTable(inner) && inner), [path.slice(table.length + 1)]: value };
}

export function readToml(text: string): Record<string, unknown> {
  try {
    return parseToml(text);
  } catch (thrown) {
    throw new ConfigError(`配置文件读不懂：${tomlReason(thrown)}`);
  }
}

/** Without the line itself: it may hold a secret. */
function tomlReason(thrown: unknown): string {
  if (!(thrown instanceof TomlError)) return reasonOf(thrown);
  const [what = ""] = thrown.message.split("\n");
  return `第 ${thrown.line} 行第 ${thrown.column} 列不是正确的 TOML（${what}）`;
}

/** Checks the whole at once, so that an operator sees every mistake; throws ConfigError. */
export function toConfig(
  file: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, unknown>>,
): Config {
  return checkConfig(shape, mergeSources(file, env));
}

function mergeSources(
  file: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...file };
  for (const [name, value] of Object.entries(env)) {
    const below = merged[name];
    merged[name] = isTable(below) && isTable(value) ? { ...below, ...value } : value;
  }
  return merged;
}

/** Names every field that is wrong; throws ConfigError. */
export function checkConfig<Value>(wanted: z.ZodType<Value>, merged: unknown): Value {
  const parsed = wanted.safeParse(merged, { reportInput: true });
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => `  ${explainField(issue)}`);
  throw new ConfigError(`配置不能使用，请改正：\n${wrong.join("\n")}`);
}

/** The configuration as lines with every secret hidden. */
export function describeConfig(config: Config): string[] {
  return flatten(config, "").map(([path, value]) =>
    `${path} = ${SECRET_PATHS.has(path) ? "(set, hidden)" : JSON.stringify(value)}`
  );
}

function flatten(value: Readonly<Record<string, unknown>>, prefix: string): [string, unknown][] {
  return Object.entries(value).flatMap(([name, inner]): [string, unknown][] =>
    isTable(inner) ? flatten(inner, `${prefix}${name}.`) : [[`${prefix}${name}`, inner]]
  );
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads file and environment of this process. */
export async function loadConfig(options: { readonly file?: string } = {}): Promise<Config> {
  const env = Deno.env.toObject();
  return toConfig(await readFile(options.file ?? env.YIKATONG_CONFIG), readEnv(env));
}

const backupShape = z.object({
  database: shape.shape.database,
  data_dir: shape.shape.data_dir,
  crypto: shape.shape.crypto,
  backup: shape.shape.backup,
});

export type BackupConfig = z.infer<typeof backupShape>;

/** What backup and restore need: a machine that only keeps backups knows no HIS and no bank. */
export async function loadBackupConfig(file?: string): Promise<BackupConfig> {
  const env = Deno.env.toObject();
  return checkConfig(
    backupShape,
    mergeSources(await readFile(file ?? env.YIKATONG_CONFIG), readEnv(env)),
  );
}

/** The same sources for another program of this house, not yet checked. */
export async function loadSources(scope: ConfigScope, file?: string): Promise<unknown> {
  const env = Deno.env.toObject();
  return mergeSources(await readFile(configFile(scope, file)), readScope(env, scope));
}

/** The one that the command line names, or the environment. */
export function configFile({ prefix }: ConfigScope, file?: string): string | undefined {
  return file ?? Deno.env.get(`${prefix}CONFIG`);
}

async function readFile(path: string | undefined): Promise<Record<string, unknown>> {
  return path ? readToml(await readText(path)) : {};
}

/** Of a file that the configuration names; throws ConfigError. */
export async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (thrown) {
    throw new ConfigError(`不能读取配置文件 "${path}"：${readReason(thrown)}`);
  }
}

function readReason(thrown: unknown): string {
  if (thrown instanceof Deno.errors.NotFound) return "文件不存在";
  if (thrown instanceof Deno.errors.PermissionDenied) return "没有权限，检查文件的属主和权限";
  return reasonOf(thrown);
}

/** The database of a demo, where the rest of the configuration is made up. */
export function databaseUrl(): string | undefined {
  return Deno.env.get("DATABASE_URL");
}

/** Where systemd hears of a unit's process (sd_notify(3), RuntimeDirectory=). */
export interface ServiceManager {
  readonly socket: string;
  /** For this process's own end; gone with the unit. */
  readonly folder: string;
  /** It kills a process that is silent for so long. */
  readonly watchdogMs?: number;
}

/** Null for a process that no unit of ours started. */
export function findServiceManager(): ServiceManager | null {
  return readServiceManager(Deno.env.toObject(), Deno.pid);
}

export function readServiceManager(
  env: Readonly<Record<string, string>>,
  pid: number,
): ServiceManager | null {
  const { NOTIFY_SOCKET: socket, RUNTIME_DIRECTORY: folders, WATCHDOG_USEC, WATCHDOG_PID } = env;
  const [folder] = (folders ?? "").split(":");
  if (!socket || !folder) return null;
  const watchdogMs = Math.floor(Number(WATCHDOG_USEC ?? 0) / 1_000);
  const isWatched = watchdogMs > 0 && (WATCHDOG_PID ?? `${pid}`) === `${pid}`;
  return { socket, folder, ...(isWatched && { watchdogMs }) };
}

/** What a child process of ours needs to find the packages of a program run from source. */
export function cacheVariables(): Readonly<Record<string, string>> {
  const found = ["HOME", "DENO_DIR"].map((name) => [name, Deno.env.get(name)] as const);
  return Object.fromEntries(found.flatMap(([name, value]) => value ? [[name, value]] : []));
}
