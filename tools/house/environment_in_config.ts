import { fromRoot, isTest, placeOf } from "./place.ts";

const MAY_READ = new Set(["cli/", "tools/", "bench/"]);

/** A setting that is read in a corner is one that `check-config` cannot show. */
export const environmentInConfig: Deno.lint.Rule = {
  create(context) {
    const path = fromRoot(context.filename);
    if (path === null || mayRead(path)) return {};
    return {
      MemberExpression(node) {
        if (node.object.type !== "Identifier" || node.object.name !== "Deno") return;
        if (node.property.type !== "Identifier" || node.property.name !== "env") return;
        context.report({
          node,
          message: "Cannot read the environment here: add the setting to server/platform/config.ts",
        });
      },
    };
  },
};

function mayRead(path: string): boolean {
  if (path === "server/platform/config.ts" || isTest(path)) return true;
  const place = placeOf(path);
  return place.kind === "folder" && MAY_READ.has(place.folder);
}
