import type { Kysely } from "kysely";
import type { SmProvider } from "../crypto/provider.ts";
import type { AuditEventId } from "../server/modules/audit/event.ts";
import { type AuditWriter, createAuditWriter } from "../server/modules/audit/record_events.ts";
import type { Caller } from "../server/modules/access/caller.ts";
import { addOrganisations } from "../server/modules/access/find_organisation.ts";
import { ProgramRefusals } from "../server/modules/access/programs/program_refusals.ts";
import type { SecurityPolicy } from "../server/modules/access/policy/contract.ts";
import { DEFAULT_POLICIES } from "../server/modules/access/policy/default_policy.ts";
import type { Permission } from "../server/modules/access/permission.ts";
import { withTag } from "../server/modules/access/rights/tagged_rows.ts";
import type { AccessTables } from "../server/modules/access/tables.ts";
import { newId } from "../server/platform/ids.ts";
import { createRowTags, type RowTags } from "../server/platform/row_tags.ts";
import type { Sealer } from "../server/platform/sealer.ts";
import type { Tables } from "../server/schema.ts";
import { testDb } from "./db.ts";
import { testProvider, testSealer } from "./sealer.ts";
import { START, TestClock } from "./world.ts";

type AccountRow = AccessTables["account"];

/** What those who come from outside are judged by: a database with a city, keys, a clock. */
export interface Outside extends AsyncDisposable {
  readonly db: Kysely<Tables>;
  readonly clock: TestClock;
  readonly provider: SmProvider;
  readonly sealer: Sealer;
  readonly rowTags: RowTags;
  readonly audit: AuditWriter;
  readonly policies: { get(kind: "person" | "program"): Promise<SecurityPolicy> };
  readonly refusals: ProgramRefusals;
  readonly cityPath: string;
  id(): string;
  /** Enabled, of the city, unless told otherwise; its tag fits. */
  addAccount(columns?: Partial<AccountRow>): Promise<AccountRow>;
  changeAccount(row: AccountRow, to: Partial<AccountRow>): Promise<void>;
  /** Somebody signed in who holds these everywhere in the city. */
  caller(account: AccountRow, permissions?: readonly Permission[], path?: string): Caller;
  /** Fields of the events of a kind about one thing; those of one instant in any order. */
  eventsOf(kind: AuditEventId, objectId: string): Promise<Record<string, unknown>[]>;
}

export async function openOutside(start: Date = START): Promise<Outside> {
  const own = await testDb(start);
  const { db } = own;
  const clock = new TestClock(start);
  const provider = testProvider();
  const rowTags = createRowTags(provider);
  const sealer = testSealer();
  const audit = createAuditWriter({ clock, provider });
  const id = () => newId(clock.now());
  const cityId = id();
  const cityPath = `/${cityId}/`;
  const city = { id: cityId, parentId: null, kind: "city", type: null, path: cityPath } as const;
  await db.transaction().execute((tx) =>
    addOrganisations(tx, rowTags, [{ ...city, code: "441900", name: "东莞市", staffPhone: null }])
  );
  return {
    db,
    clock,
    provider,
    sealer,
    rowTags,
    audit,
    refusals: new ProgramRefusals({ db, clock, audit }),
    policies: { get: (kind) => Promise.resolve(DEFAULT_POLICIES[kind]) },
    cityPath,
    id,
    async addAccount(columns = {}) {
      const rowId = id();
      const row = await withTag(rowTags, "account", {
        id: rowId,
        kind: "person",
        login: `account-${rowId.slice(-12)}`,
        name_sealed: await sealer.seal("account.name", "张三"),
        organisation_id: cityId,
        duty: "business",
        state: "enabled",
        disabled_why: null,
        created_by: null,
        created_at: clock.now(),
        changed_at: clock.now(),
        expires_at: null,
        last_used_at: null,
        rights_version: 1n,
        ...columns,
      });
      await db.insertInto("account").values(row).execute();
      return row;
    },
    async changeAccount(row, to) {
      const { tag } = await withTag(rowTags, "account", { ...row, ...to });
      await db.updateTable("account").set({ ...to, tag }).where("id", "=", row.id).execute();
    },
    caller(account, permissions = [], path = cityPath) {
      return {
        actor: {
          kind: "user",
          id: account.id,
          name: account.login,
          organisationId: account.organisation_id,
          sessionId: null,
          address: "192.0.2.7",
          traceId: "of-a-test",
        },
        accountId: account.id,
        kind: "person",
        duty: account.duty,
        sessionId: null,
        confirmedAt: clock.now(),
        rights: new Map(permissions.map((permission) => [permission, { paths: [path] }])),
      };
    },
    async eventsOf(kind, objectId) {
      const rows = await db.selectFrom("audit_event").select("fields").where("kind", "=", kind)
        .where("object_id", "=", objectId).orderBy("id").execute();
      return rows.map(({ fields }) => JSON.parse(fields));
    },
    [Symbol.asyncDispose]: () => own[Symbol.asyncDispose](),
  };
}
