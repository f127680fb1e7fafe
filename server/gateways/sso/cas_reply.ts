import { DOMParser, type Element, type Node, ParseError } from "@xmldom/xmldom";
import { isSubject } from "./sso_client.ts";

/** CAS protocol 3.0 §2.5.1 and appendix A. */
const CAS_NAMESPACE = "http://www.yale.edu/tp/cas";
const ELEMENT_NODE = 1;
/** Attributes in which servers say how somebody showed himself. */
const STRENGTHS: ReadonlySet<string> = new Set([
  "authnContextClass",
  "authenticationMethod",
  "amr",
]);

export type CasReply =
  | { readonly kind: "success"; readonly user: string; readonly strengths: readonly string[] }
  /** INVALID_TICKET, INVALID_SERVICE … */
  | { readonly kind: "failure"; readonly code: string }
  | { readonly kind: "malformed" };

/**
 * Reads the answer of `serviceValidate`. Documents with a DOCTYPE are refused before they are
 * parsed, so that there is no entity to expand; whatever the parser warns of is refused too.
 */
export function readCasReply(text: string): CasReply {
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) return { kind: "malformed" };
  const root = parse(text);
  if (!root || !isCas(root, "serviceResponse")) return { kind: "malformed" };
  const [verdict, ...more] = elementsOf(root);
  if (!verdict || more.length > 0) return { kind: "malformed" };
  if (isCas(verdict, "authenticationFailure")) {
    return { kind: "failure", code: readCode(verdict.getAttribute("code")) };
  }
  return isCas(verdict, "authenticationSuccess") ? readSuccess(verdict) : { kind: "malformed" };
}

function readSuccess(success: Element): CasReply {
  const children = elementsOf(success);
  // A ticket got through somebody else's service is not what was asked for.
  if (children.some((child) => isCas(child, "proxies"))) return { kind: "malformed" };
  const [user, ...others] = children.filter((child) => isCas(child, "user"));
  const name = user?.textContent?.trim();
  if (others.length > 0 || !isSubject(name)) return { kind: "malformed" };
  const attributes = children.filter((child) => isCas(child, "attributes")).flatMap(elementsOf);
  const strengths = attributes
    .filter(({ namespaceURI, localName }) =>
      namespaceURI === CAS_NAMESPACE && STRENGTHS.has(localName ?? "")
    )
    .map(({ textContent }) => textContent?.trim() ?? "");
  return { kind: "success", user: name, strengths };
}

function parse(text: string): Element | null {
  try {
    const parser = new DOMParser({
      onError: (_level, message) => {
        throw new Error(message);
      },
    });
    return parser.parseFromString(text, "text/xml").documentElement;
  } catch (thrown) {
    if (thrown instanceof ParseError) return null;
    throw thrown;
  }
}

function elementsOf(parent: Element): Element[] {
  return Array.from(parent.childNodes).filter(isElement);
}

function isElement(node: Node): node is Element {
  return node.nodeType === ELEMENT_NODE;
}

function isCas({ namespaceURI, localName }: Element, name: string): boolean {
  return namespaceURI === CAS_NAMESPACE && localName === name;
}

function readCode(text: string | null): string {
  return text !== null && /^[A-Z_]{1,40}$/.test(text) ? text : "failure";
}
