import assert from "node:assert/strict";
import { deadExports } from "./dead_exports.ts";

const USED = `
export function used(): void {}
export async function usedUnderAnotherName(): Promise<void> {}
export const UNUSED = 1;
export class Unused {}
export interface Deps {}
export function main(deps: Deps): void {}
export type Lonely = string;
export const PART = 2;
export { PART as WHOLE };
`;

Deno.test("deadExports() names what nobody imports", () => {
  const user = `import { main, type used, usedUnderAnotherName as other } from "../a/b.ts";`;
  assert.deepEqual(
    deadExports([{ path: "a/b.ts", text: USED }, { path: "c/user.ts", text: user }]),
    ["a/b.ts: Lonely", "a/b.ts: UNUSED", "a/b.ts: Unused", "a/b.ts: WHOLE"],
  );
});

Deno.test("deadExports() takes a whole import for a use of everything", () => {
  for (const user of [`import * as b from "./b.ts";`, `await import("./b.ts");`]) {
    const sources = [{ path: "a/b.ts", text: USED }, { path: "a/user.ts", text: user }];
    assert.deepEqual(deadExports(sources), [], user);
  }
});
