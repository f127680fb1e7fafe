/** Release folders as a build leaves them, with two signers who sign by themselves. */
import { publicKeyToPem } from "../crypto/keys.ts";
import { generateKeyPair, sign } from "../crypto/sm2.ts";
import { sm3 } from "../crypto/sm3.ts";
import {
  MANIFEST_FILE,
  type ReleaseManifest,
  SIGNATURES_FILE,
} from "../server/platform/release/manifest.ts";
import type { ReleaseSignature } from "../server/platform/release/signatures.ts";
import type { TrustedKey } from "../server/platform/release/trusted_keys.ts";
import { TemporaryFolder } from "./temporary_folder.ts";

export const RELEASED_FILES: Readonly<Record<string, string>> = {
  "bin/yikatong": "#!/bin/sh\n",
  "lib/app.js": "console.log('serving');\n",
  "lib/runtime": "ELF ".repeat(500_000),
  "share/console/index.html": "<!doctype html>",
};

export interface Signer extends TrustedKey {
  readonly pem: string;
  sign(manifest: Uint8Array): ReleaseSignature;
}

export function makeSigner(signer: string): Signer {
  const { privateKey, publicKey } = generateKeyPair();
  const keyId = sm3(publicKey).toHex();
  return {
    signer,
    keyId,
    publicKey,
    pem: publicKeyToPem(publicKey),
    sign: (manifest) => ({
      signer,
      keyId,
      algorithm: "sm2-with-sm3",
      signature: sign(privateKey, manifest, { format: "der" }).toBase64(),
    }),
  };
}

export interface ReleaseFolder extends Disposable {
  readonly path: string;
  read(name: string): Promise<string>;
  write(name: string, text: string): Promise<void>;
  /** With what a manifest says of the files that are there; whole again and signed. */
  release(changes?: Readonly<Record<string, unknown>>, signers?: readonly Signer[]): Promise<void>;
}

/** `RELEASED_FILES` with nothing of a release yet. */
export async function makeReleaseFolder(): Promise<ReleaseFolder> {
  const folder = new TemporaryFolder();
  const write = async (name: string, text: string) => {
    await Deno.mkdir(folder.file(name.slice(0, name.lastIndexOf("/") + 1)), { recursive: true });
    await Deno.writeTextFile(folder.file(name), text);
  };
  for (const [name, text] of Object.entries(RELEASED_FILES)) await write(name, text);
  return {
    path: folder.path,
    read: (name) => Deno.readTextFile(folder.file(name)),
    write,
    async release(changes = {}, signers = []) {
      const text = JSON.stringify({ ...manifestOf(RELEASED_FILES), ...changes });
      const bytes = new TextEncoder().encode(text);
      await write(MANIFEST_FILE, text);
      await write(SIGNATURES_FILE, JSON.stringify(signers.map((signer) => signer.sign(bytes))));
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

export function manifestOf(files: Readonly<Record<string, string>>): ReleaseManifest {
  return {
    format: 1,
    product: "yikatong",
    version: "1.2.3",
    target: "linux-x64",
    commit: "0123456789ab",
    created: "2026-11-20T02:00:00Z",
    expires: "2027-11-20T02:00:00Z",
    counter: 7,
    minGlibc: "2.27",
    runtime: "2.9.5",
    files: Object.entries(files).map(([path, text]) => {
      const bytes = new TextEncoder().encode(text);
      return { path, size: bytes.length, sm3: sm3(bytes).toHex() };
    }),
  };
}
