import { EmscriptenBuiltinFilesystem } from "@electric-sql/pglite/basefs";

/** Where the embedded engine looks for its database. */
const HOME = "/pglite/data";

/** A header and the content after it fill whole blocks: POSIX.1-1988, ustar interchange format. */
const BLOCK_BYTES = 512;
const NAME = [0, 100] as const;
const SIZE = [124, 136] as const;
const KIND_AT = 156;
const FOLDER_KIND = "5";

interface Entry {
  readonly path: string;
  /** Null for a folder. */
  readonly content: Uint8Array | null;
}

/** The files of a database, to begin any number of databases with: `PGlite.dumpDataDir("none")`. */
export class DatabaseFiles {
  readonly #entries: readonly Entry[];

  constructor(dump: Uint8Array) {
    this.#entries = entriesOf(dump);
  }

  /** A file system in memory with copies of them. The engine's own way takes twice as long. */
  copy(): EmscriptenBuiltinFilesystem {
    return new CopiedFiles(this.#entries);
  }
}

class CopiedFiles extends EmscriptenBuiltinFilesystem {
  readonly #entries: readonly Entry[];

  constructor(entries: readonly Entry[]) {
    super();
    this.#entries = entries;
  }

  override async initialSyncFs(): Promise<void> {
    await super.initialSyncFs();
    const files = this.pg?.Module.FS;
    files?.mkdirTree(HOME);
    for (const { path, content } of this.#entries) {
      if (content) files?.writeFile(path, content);
      else files?.mkdirTree(path);
    }
  }
}

function entriesOf(tar: Uint8Array): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; tar[at];) {
    const header = tar.subarray(at, at + BLOCK_BYTES);
    const size = parseInt(textOf(header.subarray(...SIZE)), 8);
    const isFolder = String.fromCharCode(header[KIND_AT] ?? 0) === FOLDER_KIND;
    const begin = at + BLOCK_BYTES;
    const path = `${HOME}/${textOf(header.subarray(...NAME))}`;
    entries.push({ path, content: isFolder ? null : tar.subarray(begin, begin + size) });
    at = begin + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
  }
  return entries;
}

function textOf(field: Uint8Array): string {
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}
