/** Writes `server/migrations/list.ts` from the folder: `deno run -A tools/list_migrations.ts`. */

const FOLDER = new URL("../server/migrations/", import.meta.url);

export function listSource(names: readonly string[]): string {
  const sorted = [...names].sort();
  const imports = sorted.map((name) =>
    `import ${variable(name)} from "./${name}.sql" with { type: "text" };`
  );
  const entries = sorted.map((name) => `  "${name}": ${variable(name)},`);
  return [
    "// Written by tools/list_migrations.ts from the files of this folder.",
    "// deno-fmt-ignore-file -- one line a migration",
    ...imports,
    "",
    "export const MIGRATIONS: Readonly<Record<string, string>> = {",
    ...entries,
    "};",
    "",
  ].join("\n");
}

export async function migrationNames(): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(FOLDER)) {
    if (entry.name.endsWith(".sql")) names.push(entry.name.slice(0, -".sql".length));
  }
  return names;
}

function variable(name: string): string {
  return name.replace(/^\d+_/, "").replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

if (import.meta.main) {
  await Deno.writeTextFile(new URL("list.ts", FOLDER), listSource(await migrationNames()));
}
