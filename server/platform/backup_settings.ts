import { z } from "zod";

const absolutePath = z.string().startsWith("/");

/** In the environment one text with commas. */
const paths = z.preprocess(
  (value) => typeof value === "string" ? value.split(",").map((part) => part.trim()) : value,
  z.array(absolutePath).min(1).max(16),
);
const kept = (least: number, usual: number) =>
  z.coerce.number().int().min(least).max(400).default(usual);

/** `[backup]`: where backups lie, who can open them, who makes them, how long they are kept. */
export const backupSettings = z.strictObject({
  folder: absolutePath,
  /** PEM public keys or certificates (SM2): the holder of any one of their keys can restore. */
  recipients: paths,
  /** Of a role with REPLICATION, pg_read_all_data and pg_monitor; absent: the platform's own. */
  database_url: z.string().regex(/^postgres(ql)?:\/\//).optional(),
  /** PEM private key that signs what was backed up, and its password. */
  signing_key: absolutePath.optional(),
  signing_key_password_file: absolutePath.optional(),
  /** PEM public key of it: where it is set, nothing unsigned is restored. */
  signer: absolutePath.optional(),
  /** Of pg_basebackup and the others; absent means where systems keep them. */
  tools_dir: absolutePath.optional(),
  /** PostgreSQL refuses to run as root: whose restored files are, when root restores. */
  run_as: z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/).default("postgres"),
  slot: z.string().regex(/^[a-z0-9_]{1,63}$/).default("yikatong_backup"),
  /** What `synchronous_standby_names` calls the WAL receiver. */
  receiver_name: z.string().regex(/^[a-z0-9_]{1,63}$/).default("yikatong_wal"),
  driver: z.enum(["postgresql", "opengauss", "kingbase"]).default("postgresql"),
  keep_daily: kept(1, 7),
  keep_weekly: kept(0, 5),
  /** 网络安全法 第二十三条: logs are kept for six months at least. */
  keep_monthly: kept(6, 12),
}).refine(({ signing_key, signer }) => signer === undefined || signing_key !== signer, {
  error: "backup.signer 应是公钥，不是 backup.signing_key 的私钥",
});

export type BackupSettings = z.infer<typeof backupSettings>;
