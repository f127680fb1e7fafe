import { ROOT } from "./source_files.ts";

/** More would leave a core idle at the end of a suite. */
const FILES_MAX = 8;

/**
 * One file for each few test files, which Deno runs as if they were one: what the engine compiled
 * for the first of them is warm for the others. That halves what tests with a database cost.
 *
 * Files come with the longest first, and each batch gets its share of those.
 */
export async function writeBatches(files: readonly string[], folder: string): Promise<string[]> {
  const batches = dealOut(files);
  return await Promise.all(batches.map(async (batch, at) => {
    const path = `${folder}/batch_${at + 1}_test.ts`;
    const lines = batch.map((file) => `import ${JSON.stringify(new URL(file, ROOT).href)};\n`);
    await Deno.writeTextFile(path, lines.join(""));
    return path;
  }));
}

export function dealOut(files: readonly string[]): string[][] {
  const count = Math.ceil(files.length / FILES_MAX);
  return Array.from({ length: count }, (_, at) => files.filter((_, n) => n % count === at));
}
