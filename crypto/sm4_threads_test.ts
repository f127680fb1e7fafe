import assert from "node:assert/strict";
import { equalBytes } from "./bytes.ts";
import { CryptoError } from "./errors.ts";
import { Sm4 } from "./sm4.ts";

const OPENS = 200;
const TEXT = new Uint8Array(64 * 1024).fill(5);
const NONCE = new Uint8Array(12).fill(3);

/** Turns a bit of the first byte on and off for as long as it lives. */
function flipping(memory: SharedArrayBuffer): Promise<Worker> {
  const source = `onmessage = ({ data }) => {
    const bytes = new Uint8Array(data);
    postMessage("begun");
    for (;;) Atomics.xor(bytes, 0, 1);
  }`;
  const url = `data:text/javascript,${encodeURIComponent(source)}`;
  const worker = new Worker(url, { type: "module" });
  const begun = new Promise<Worker>((resolve) => worker.onmessage = () => resolve(worker));
  worker.postMessage(memory);
  return begun;
}

function shared(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const view = new Uint8Array(new SharedArrayBuffer(bytes.length));
  view.set(bytes);
  return view;
}

for (const part of ["ciphertext", "nonce"] as const) {
  Deno.test(`open() gives what was sealed or nothing while a thread changes the ${part}`, async () => {
    using key = new Sm4(new Uint8Array(16).fill(7));
    const [sealed, nonce] = [shared(key.seal({ nonce: NONCE }, TEXT)), shared(NONCE)];
    const worker = await flipping(part === "nonce" ? nonce.buffer : sealed.buffer);
    let [opened, wrong] = [0, 0];
    try {
      for (let round = 0; round < OPENS; round++) {
        try {
          if (equalBytes(key.open({ nonce }, sealed), TEXT)) opened++;
          else wrong++;
        } catch (error) {
          assert.ok(error instanceof CryptoError && error.code === "wrong_tag", String(error));
        }
      }
    } finally {
      worker.terminate();
    }
    assert.equal(wrong, 0);
    assert.ok(opened < OPENS, "the thread changed nothing");
  });
}
