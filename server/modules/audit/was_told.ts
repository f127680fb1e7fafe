import type { QueryCreator } from "kysely";
import type { AuditEventId } from "./event.ts";
import { hasEvent } from "./store.ts";
import type { AuditTables } from "./tables.ts";

/** Did this ever happen to this object, as far back as the trail goes? */
export async function wasTold(
  db: QueryCreator<AuditTables>,
  event: { readonly kind: AuditEventId; readonly objectId: string },
): Promise<boolean> {
  return await hasEvent(db, event);
}
