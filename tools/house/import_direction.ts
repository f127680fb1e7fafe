import { refusalOf } from "./imports.ts";
import { fromRoot } from "./place.ts";

/** Which folder and which module may import which: the architecture, as a rule. */
export const importDirection: Deno.lint.Rule = {
  create(context) {
    const from = fromRoot(context.filename);
    if (from === null) return {};
    function check(node: Deno.lint.Node, specifier: string, typeOnly: boolean): void {
      if (from === null || !specifier.startsWith(".")) return;
      const to = fromRoot(new URL(specifier, `file://${context.filename}`).pathname);
      const message = to === null ? null : refusalOf({ from, to, typeOnly });
      if (message) context.report({ node, message: `Cannot import "${specifier}": ${message}` });
    }
    return {
      ImportDeclaration(node) {
        check(node, node.source.value, node.importKind === "type");
      },
      ExportNamedDeclaration(node) {
        if (node.source) check(node, node.source.value, node.exportKind === "type");
      },
      ImportExpression(node) {
        const { source } = node;
        if (source.type === "Literal" && typeof source.value === "string") {
          check(node, source.value, false);
        }
      },
    };
  },
};
