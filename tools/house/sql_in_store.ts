import { fromRoot, isTest, placeOf } from "./place.ts";

const QUERY_STARTS = new Set([
  "selectFrom",
  "insertInto",
  "replaceInto",
  "updateTable",
  "deleteFrom",
  "mergeInto",
]);

/** A table has one owner, and the owner one file that asks: `store.ts`. */
export const sqlInStore: Deno.lint.Rule = {
  create(context) {
    const path = fromRoot(context.filename);
    if (path === null || !mustNotAsk(path)) return {};
    return {
      CallExpression(node) {
        const { callee } = node;
        if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return;
        if (!QUERY_STARTS.has(callee.property.name)) return;
        context.report({ node, message: "Cannot query here: move this into the store.ts" });
      },
      TaggedTemplateExpression(node) {
        if (node.tag.type !== "Identifier" || node.tag.name !== "sql") return;
        if (placeOf(path).kind === "composition") return;
        context.report({ node, message: "Cannot write SQL here: move this into the store.ts" });
      },
    };
  },
};

/** The platform keeps its own tables (outbox, migrations); everyone else asks a module. */
function mustNotAsk(path: string): boolean {
  if (isTest(path) || /(^|\/)store\.ts$/.test(path)) return false;
  return /^(server|cli)\//.test(path) && placeOf(path).kind !== "platform";
}
