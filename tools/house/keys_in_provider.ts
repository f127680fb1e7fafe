import { fromRoot, isTest } from "./place.ts";

/**
 * In the platform and on the terminal a key is a handle of a provider, never bytes: of `crypto/`
 * they import what needs no key, and the provider. Types are free.
 */
export const keysInProvider: Deno.lint.Rule = {
  create(context) {
    const path = fromRoot(context.filename);
    if (path === null || !HANDLES_ONLY.test(path) || EXCEPTED.test(path) || isTest(path)) return {};
    function check(node: Deno.lint.Node, source: string, names: readonly string[]): void {
      const target = source.startsWith(".")
        ? fromRoot(new URL(source, `file://${context.filename}`).pathname) ?? source
        : source;
      for (const name of names) {
        if (mayImport(path ?? "", target, name)) continue;
        context.report({ node, message: `Cannot import "${name}" of ${target} here: ${WHY}` });
      }
    }
    return {
      ImportDeclaration(node) {
        if (node.importKind === "type") return;
        const values = node.specifiers.filter((specifier) =>
          specifier.type !== "ImportSpecifier" || specifier.importKind !== "type"
        );
        check(
          node,
          node.source.value,
          values.map((specifier) =>
            specifier.type === "ImportSpecifier" ? nameOf(specifier.imported) : "*"
          ),
        );
      },
      ExportNamedDeclaration(node) {
        if (!node.source || node.exportKind === "type") return;
        const names = node.specifiers.map((specifier) => nameOf(specifier.local));
        check(node, node.source.value, names);
      },
      ImportExpression(node) {
        const { source } = node;
        if (source.type === "Literal" && typeof source.value === "string") {
          check(node, source.value, ["*"]);
        } else {
          context.report({
            node,
            message: "Cannot import what is not named here: a rule reads it",
          });
        }
      },
      MemberExpression(node) {
        const { object, property } = node;
        const isSubtle = object.type === "MemberExpression" && nameOf(object.property) === "subtle";
        if (!isSubtle || nameOf(property) === "digest") return;
        context.report({ node, message: `Cannot use "${nameOf(property)}" here: ${WHY}` });
      },
    };
  },
};

const WHY = "keys are handles, ask the provider (crypto/provider.ts)";

function nameOf(node: Deno.lint.Node): string {
  if (node.type === "Identifier") return node.name;
  return node.type === "Literal" ? String(node.value) : "*";
}

const HANDLES_ONLY = /^(server|terminal)\//;
/**
 * The mobile-payment centre prescribes SM4 in ECB under a key out of a shared text (nhsa.md §2.2),
 * which no provider offers; its SM2 key is a handle like every other (docs/decisions/0013). How the
 * database's password is proven is the database's to say; no data of ours is under it.
 */
const EXCEPTED =
  /^server\/(gateways\/mobile_insurance\/cipher|platform\/database_login\/(gauss_proof|scram))\.ts$/;

/** Everything here takes handles or no key at all. */
const OPEN_FILES: ReadonlySet<string> = new Set([
  "crypto/bytes.ts",
  "crypto/envelope.ts",
  "crypto/errors.ts",
  "crypto/key_ladder.ts",
  "crypto/key_states.ts",
  // Passwords and codes that people type are no keys of the platform's.
  "crypto/password_hash.ts",
  "crypto/provider.ts",
  "crypto/totp.ts",
]);

/** The rest by name: what works without a secret. */
const OPEN_NAMES: Readonly<Record<string, ReadonlySet<string>>> = {
  "crypto/sm3.ts": new Set(["sm3", "Sm3"]),
  "crypto/sm2.ts": new Set(["DEFAULT_USER_ID", "verify"]),
  "crypto/sm2_codec.ts": new Set(["signatureFromDer", "signatureToDer"]),
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
    "nameToText",
    "parseCertificate",
    "parseRequest",
    "verifyChain",
  ]),
  "crypto/manifest.ts": new Set(["checkFiles", "createManifest", "signManifest", "verifyManifest"]),
  "crypto/manifest_paths.ts": new Set(["pathKey", "requireApart"]),
  "node:crypto": new Set(["createHash", "timingSafeEqual"]),
};

/** HMAC-SHA256 under a shared secret is what outside parties prescribe for their interfaces. */
const PRESCRIBED_HMAC = /^server\/gateways\//;

function mayImport(path: string, target: string, name: string): boolean {
  if (!target.startsWith("crypto/") && target !== "node:crypto") return true;
  if (target === "node:crypto" && name === "createHmac") return PRESCRIBED_HMAC.test(path);
  return OPEN_FILES.has(target) || (OPEN_NAMES[target]?.has(name) ?? false);
}
