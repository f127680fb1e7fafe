// Written by tools/list_migrations.ts from the files of this folder.
import platformOutbox from "./20261122000050_platform_outbox.sql" with { type: "text" };

export const MIGRATIONS: Readonly<Record<string, string>> = {
  "20261122000050_platform_outbox": platformOutbox,
};
