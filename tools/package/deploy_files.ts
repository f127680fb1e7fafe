import { ownFile } from "../../server/platform/release.ts";

export async function readDeploy(path: string): Promise<string> {
  return await Deno.readTextFile(deployPath(path));
}

export function deployPath(path: string): string {
  return ownFile(`deploy/${path}`);
}
