import { developmentKeys } from "../cli/dev/development_keys.ts";
import { openColumnSealer } from "../crypto/envelope.ts";
import type { SmProvider } from "../crypto/provider.ts";
import { portableEngine } from "../crypto/providers/portable.ts";
import { SoftwareProvider } from "../crypto/providers/software.ts";
import { createRowTags, type RowTags } from "../server/platform/row_tags.ts";
import type { Sealer } from "../server/platform/sealer.ts";

/** Out of which the keys of every test are made. */
export const TEST_KEYS_SECRET = "00".repeat(32);

/** A sealer under keys out of an all-zero secret; equal in every test process. */
export function testSealer(): Sealer {
  const provider = testProvider();
  const opened = openColumnSealer({ provider });
  return {
    seal: async (column, text) => (await opened).seal(column, text),
    open: async (column, sealed) => (await opened).open(column, sealed),
    index: async (field, text) => (await opened).index(field, text),
  };
}

/** The platform's keys out of an all-zero secret; equal in every test process. */
export function testProvider(): SmProvider {
  const keys = developmentKeys(TEST_KEYS_SECRET);
  return new SoftwareProvider(portableEngine(), { name: "test", keys });
}

/** Tags of rows under the same keys. */
export function testRowTags(): RowTags {
  return createRowTags(testProvider());
}
