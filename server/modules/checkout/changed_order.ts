import { DomainError } from "../../platform/errors.ts";
import { rowIdOf } from "../../platform/row_place.ts";
import { type ChangedRowDeps, tellChangedRow } from "../audit/changed_row.ts";
import { ORDER_CHANGED, type OrderKey } from "./order.ts";
import { ORDER_TAGGED } from "./tables.ts";

/** Work on an order. When its rows turn out to be changed, people are told before that is thrown. */
export async function tellingChanged<Value>(
  deps: ChangedRowDeps,
  { id, at }: OrderKey,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof DomainError && thrown.code === ORDER_CHANGED) {
      const rowId = rowIdOf([id, at]);
      await tellChangedRow(deps, { table: ORDER_TAGGED.table, rowId, by: "orders", orderId: id });
    }
    throw thrown;
  }
}
