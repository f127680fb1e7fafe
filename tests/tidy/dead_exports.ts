import { resolve, type SourceFile } from "../../tools/source_files.ts";

interface Export {
  readonly path: string;
  readonly name: string;
}

const DECLARATION =
  /^export (?:declare )?(?:async )?(?:abstract )?(?:function\*?|const|let|class|interface|type|enum) (\w+)/gm;
const LIST = /^export (?:type )?\{([^}]*)\}/gm;
const IMPORT = /\b(?:import|export)\s+(?:type\s+)?([\w*{][^;"']*?)\s+from\s+"(\.[^"]+)"/g;
const WHOLE_IMPORT = /\bimport\s*\(\s*"(\.[^"]+)"/g;

/**
 * Exports that neither another file imports nor their own file uses, as `path: name`. Types of a
 * signature and parts of a contract's schemas are exported beside what uses them: those live.
 */
export function deadExports(sources: readonly SourceFile[]): string[] {
  const wanted = new Set(sources.flatMap(importedNames));
  return sources.flatMap((file) =>
    exportsOf(file)
      .filter(({ path, name }) => !wanted.has(`${path}: ${name}`) && !wanted.has(`${path}: *`))
      .filter(({ name }) => mentions(file.text, name) === 1)
      .map(({ path, name }) => `${path}: ${name}`)
  ).sort();
}

function exportsOf({ path, text }: SourceFile): Export[] {
  const declared = [...text.matchAll(DECLARATION)].map(([, name = ""]) => ({ path, name }));
  const listed = [...text.matchAll(LIST)].flatMap(([, names = ""]) =>
    names.split(",").map((name) => name.trim()).filter(Boolean).map((name) => ({
      path,
      name: name.replace(/^.*\bas\s+/, "").replace(/^type\s+/, ""),
    }))
  );
  return [...declared, ...listed];
}

function importedNames({ path, text }: SourceFile): string[] {
  const named = [...text.matchAll(IMPORT)].flatMap(([, clause = "", specifier = ""]) => {
    const from = resolve(path, specifier);
    const list = /\{([^}]*)\}/.exec(clause)?.[1];
    if (list === undefined) return [`${from}: *`];
    return list.split(",").map((name) =>
      `${from}: ${name.trim().replace(/^type\s+/, "").replace(/\s+as\s+.*$/, "")}`
    );
  });
  const whole = [...text.matchAll(WHOLE_IMPORT)]
    .map(([, specifier = ""]) => `${resolve(path, specifier)}: *`);
  return [...named, ...whole];
}

function mentions(text: string, name: string): number {
  return [...text.matchAll(new RegExp(`\\b${name}\\b`, "g"))].length;
}
