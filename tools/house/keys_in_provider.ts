import { fromRoot, isTest } from "./place.ts";

/**
 * In the platform and on the terminal a key is a handle of a provider, never bytes: of `crypto/`
 * they import what needs no key, and the provider. Types are free.
 */
export const keysInProvider: Deno.lint.Rule = {
  create(context) {
    const path = fromRoot(context.filename);
    if (path === null || !HANDLES_ONLY.test(path) || EXCEPTED.test(path) || isTest(path)) return {};
    return {
      ImportDeclaration(node) {
        if (node.importKind === "type") return;
        const source = node.source.value;
        const target = source.startsWith(".")
          ? fromRoot(new URL(source, `file://${context.filename}`).pathname) ?? source
          : source;
        for (const specifier of node.specifiers) {
          const isType = specifier.type === "ImportSpecifier" && specifier.importKind === "type";
          const name = specifier.type === "ImportSpecifier" && "name" in specifier.imported
            ? specifier.imported.name
            : "*";
          if (isType || mayImport(target, name)) continue;
          context.report({
            node,
            message: `Cannot import "${name}" of ${target} here: keys are handles, ask the ` +
              "provider (crypto/provider.ts)",
          });
        }
      },
      ImportExpression(node) {
        const { source } = node;
        if (source.type !== "Literal" || typeof source.value !== "string") return;
        const target = fromRoot(new URL(source.value, `file://${context.filename}`).pathname);
        if (!target?.startsWith("crypto/") || OPEN_FILES.has(target)) return;
        context.report({ node, message: `Cannot import ${target} here: keys are handles` });
      },
    };
  },
};

const HANDLES_ONLY = /^(server|terminal)\//;
/** The mobile-payment centre prescribes SM4 in ECB under a shared key (nhsa.md), which no provider offers. */
const EXCEPTED = /^server\/gateways\/mobile_insurance\//;

/** Everything here takes handles or no key at all. */
const OPEN_FILES: ReadonlySet<string> = new Set([
  "crypto/bytes.ts",
  "crypto/envelope.ts",
  "crypto/errors.ts",
  "crypto/key_ladder.ts",
  "crypto/provider.ts",
]);

/** The rest by name: what works without a secret. */
const OPEN_NAMES: Readonly<Record<string, ReadonlySet<string>>> = {
  "crypto/sm3.ts": new Set(["sm3", "Sm3"]),
  "crypto/sm2.ts": new Set(["DEFAULT_USER_ID"]),
  "crypto/keys.ts": new Set([
    "publicKeyFromPem",
    "publicKeyToPem",
    "publicKeyFromDer",
    "publicKeyToDer",
  ]),
  "crypto/certificates.ts": new Set([
    "certificateToPem",
    "createRequest",
    "issueCertificate",
    "parseCertificate",
    "parseRequest",
    "verifyChain",
  ]),
  "crypto/manifest.ts": new Set(["checkFiles", "createManifest", "signManifest", "verifyManifest"]),
  /** Digests, and the HMAC-SHA256 that outside parties prescribe for their interfaces. */
  "node:crypto": new Set(["createHash", "createHmac", "timingSafeEqual"]),
};

function mayImport(target: string, name: string): boolean {
  if (!target.startsWith("crypto/") && target !== "node:crypto") return true;
  return OPEN_FILES.has(target) || (OPEN_NAMES[target]?.has(name) ?? false);
}
