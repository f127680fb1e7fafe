import forge from "node-forge";
import { CryptoError } from "./errors.ts";

/** What node-forge does not ask of a PKCS#12 file before it spends time on it or believes it. */

type Node = forge.asn1.Asn1;

const ITERATIONS_MAX = 1_000_000;
const NESTING_MAX = 32;
/** A longer INTEGER is part of a key. */
const COUNT_BYTES_MAX = 4;

/**
 * Asks for a MAC, without which anybody changes the file and a password proves nothing, and bounds
 * the iterations of all layers together, each before any are spent on it: an encrypted safe is
 * opened here for the sake of the keys inside, and once more by node-forge. Throws `not_supported`,
 * `too_large`, `bad_encoding`, `wrong_password`.
 */
export function requireBounded(file: Node, password: string): void {
  const work = new Work();
  work.add(file, 0);
  const [, authSafe, mac, ...more] = childrenOf(file);
  if (!authSafe || more.length > 0) throw refused();
  if (!mac) {
    throw new CryptoError("not_supported", "Cannot read PKCS#12 without a MAC: expected one");
  }
  const safes = forge.asn1.fromDer(octetsOf(childOf(childOf(authSafe, 1), 0)));
  for (const safe of childrenOf(safes)) {
    if (oidOf(childOf(safe, 0)) !== forge.pki.oids.encryptedData) continue;
    const content = childOf(childOf(childOf(safe, 1), 0), 1);
    work.add(openSafe(content, password), 0);
  }
}

/** Counts what the layers that can be read ask for. */
class Work {
  #iterations = 0;

  /**
   * Wherever the format has a count of iterations, and nowhere else, an INTEGER follows a salt,
   * which is an OCTET STRING. Inside strings too: they hold DER, unless encrypted.
   */
  add(node: Node, depth: number): void {
    if (depth > NESTING_MAX) throw new CryptoError("bad_encoding", "Cannot read PKCS#12: too deep");
    if (node.type === forge.asn1.Type.OCTETSTRING) {
      const inside = findInside(octetsOf(node));
      if (inside) this.add(inside, depth + 1);
    }
    if (typeof node.value === "string") return;
    const { value } = node;
    value.forEach((child, at) => {
      this.add(child, depth + 1);
      if (child.type !== forge.asn1.Type.INTEGER || typeof child.value !== "string") return;
      if (value[at - 1]?.type === forge.asn1.Type.OCTETSTRING) this.#spend(child.value);
    });
  }

  #spend(count: string): void {
    this.#iterations += count.length > COUNT_BYTES_MAX
      ? Infinity
      : Number(`0x${forge.util.bytesToHex(count)}`);
    if (this.#iterations <= ITERATIONS_MAX) return;
    throw new CryptoError(
      "too_large",
      `Cannot read PKCS#12 of ${this.#iterations} iterations: expected at most ${ITERATIONS_MAX}`,
    );
  }
}

/** An EncryptedContentInfo has the parts of an encrypted key, which node-forge can be asked for. */
function openSafe(content: Node, password: string): Node {
  const { asn1, pki } = forge;
  const { Class, Type } = asn1;
  const octets = asn1.create(
    Class.UNIVERSAL,
    Type.OCTETSTRING,
    false,
    octetsOf(childOf(content, 2)),
  );
  const parts = [childOf(content, 1), octets];
  const encrypted = asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, parts);
  try {
    const opened: Node | null = pki.decryptPrivateKeyInfo(encrypted, password);
    if (opened) return opened;
  } catch (cause) {
    // It says so of algorithms; anything else is what came out under a wrong password.
    if (cause instanceof Error && /^(Unsupported|Cannot read)/.test(cause.message)) throw cause;
  }
  throw new CryptoError(
    "wrong_password",
    "Cannot open PKCS#12: the password is wrong or the content was changed",
  );
}

/** What an OCTET STRING holds, in one piece or, as BER may have it, in several. */
function octetsOf({ value }: Node): string {
  return typeof value === "string" ? value : value.map((part) => octetsOf(part)).join("");
}

function findInside(text: string): Node | null {
  try {
    return forge.asn1.fromDer(text);
  } catch {
    return null;
  }
}

function oidOf(node: Node): string {
  if (typeof node.value !== "string") throw refused();
  return forge.asn1.derToOid(forge.util.createBuffer(node.value));
}

function childOf(node: Node, at: number): Node {
  const child = childrenOf(node)[at];
  if (!child) throw refused();
  return child;
}

function childrenOf({ value }: Node): Node[] {
  if (typeof value === "string") throw refused();
  return value;
}

function refused(): CryptoError {
  return new CryptoError("bad_encoding", "Cannot read PKCS#12: expected RFC 7292");
}
