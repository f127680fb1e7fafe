/** A file that re-exports others ties knots and hides who owns what. */
export const noBarrel: Deno.lint.Rule = {
  create(context) {
    return {
      ExportAllDeclaration(node) {
        context.report({
          node,
          message: 'Cannot "export *": import from the file that defines it',
        });
      },
    };
  },
};
