import { ROOT } from "../source_files.ts";

export async function readDeploy(path: string): Promise<string> {
  return await Deno.readTextFile(deployPath(path));
}

export function deployPath(path: string): string {
  return new URL(`deploy/${path}`, ROOT).pathname;
}
