import { type DatabaseProduct, markAdapter } from "../server/platform/database_product/product.ts";
import type { WrapDialect } from "./db.ts";

/** The same database, spoken to as if it were this product. */
export function asProduct(product: DatabaseProduct): WrapDialect {
  return (dialect) => ({
    createAdapter: () => markAdapter(dialect.createAdapter(), product),
    createDriver: () => dialect.createDriver(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  });
}
