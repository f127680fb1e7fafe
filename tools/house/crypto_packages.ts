import { fromRoot, isTest } from "./place.ts";

/** Packages with cryptography have one home each, so that a reviewer finds every use of them. */
export const cryptoPackages: Deno.lint.Rule = {
  create(context) {
    const path = fromRoot(context.filename);
    if (path === null || isTest(path)) return {};
    function check(node: Deno.lint.Node, specifier: string): void {
      const found = HOMES.find(({ packages }) => packages.test(specifier));
      if (!found || path === null || found.home.test(path)) return;
      context.report({ node, message: `Cannot import "${specifier}" here: ${found.why}` });
    }
    return {
      ImportDeclaration(node) {
        check(node, node.source.value);
      },
      ImportExpression(node) {
        const { source } = node;
        if (source.type === "Literal" && typeof source.value === "string") {
          check(node, source.value);
        }
      },
    };
  },
};

const HOMES: readonly { packages: RegExp; home: RegExp; why: string }[] = [
  {
    packages: /^(sm-crypto|sm-crypto-v2|gm-crypto)(\/|$)/,
    home: /^bench\//,
    why: "it is the tests' oracle and the peer of bench/, never on a path with a key or data",
  },
  {
    packages: /^(@noble\/\w+|node-forge|pkijs|asn1js)(\/|$)/,
    home: /^crypto\//,
    why: "it belongs to crypto/, use what crypto/ offers",
  },
];
