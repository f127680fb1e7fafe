import { EmscriptenBuiltinFilesystem } from "@electric-sql/pglite/basefs";

/** Where the embedded engine looks for its database. */
const HOME = "/pglite/data";

/** A header and the content after it fill whole blocks: POSIX.1-1988, ustar interchange format. */
const BLOCK_BYTES = 512;
const NAME = [0, 100] as const;
const SIZE = [124, 136] as const;
const KIND_AT = 156;
const FOLDER_KIND = "5";
const FILE_MODE = 0o100600;

interface Entry {
  /** Without a slash at either end. */
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

  /** A file system in memory that begins with them. The engine's own way takes ten times as long. */
  copy(): EmscriptenBuiltinFilesystem {
    return new CopiedFiles(this.#entries);
  }

  /** Into a folder that is there, for a process of its own. */
  async writeTo(folder: string): Promise<void> {
    for (const { path, content } of this.#entries) {
      if (content) await Deno.writeFile(`${folder}/${path}`, content, { mode: 0o600 });
      else await Deno.mkdir(`${folder}/${path}`, { recursive: true, mode: 0o700 });
    }
  }
}

/** What is used of the engine's files in memory (Emscripten's MEMFS). */
interface FileNode {
  contents: Uint8Array;
  usedBytes: number;
  readonly stream_ops: { write: Write };
}

interface FolderNode {
  readonly node_ops: {
    mknod(parent: FolderNode, name: string, mode: number, device: number): FileNode;
  };
}

type Write = (stream: { readonly node: FileNode }, ...of: readonly unknown[]) => number;

class CopiedFiles extends EmscriptenBuiltinFilesystem {
  readonly #entries: readonly Entry[];

  constructor(entries: readonly Entry[]) {
    super();
    this.#entries = entries;
  }

  override async initialSyncFs(): Promise<void> {
    await super.initialSyncFs();
    const files = this.pg?.Module.FS;
    if (!files) throw new Error("Cannot copy a database: the engine has no files");
    const folders = new Map<string, FolderNode>();
    /** Those whose content is still everybody's. */
    const shared = new Set<FileNode>();
    let operations: FileNode["stream_ops"] | null = null;
    for (const { path, content } of this.#entries) {
      const at = `${HOME}/${path}`;
      if (content === null) files.mkdirTree(at);
      else {
        const cut = at.lastIndexOf("/");
        const name = at.slice(0, cut);
        const folder: FolderNode = folders.get(name) ?? files.lookupPath(name).node;
        folders.set(name, folder);
        const file = folder.node_ops.mknod(folder, at.slice(cut + 1), FILE_MODE, 0);
        operations = file.stream_ops;
        file.contents = content;
        file.usedBytes = content.length;
        shared.add(file);
      }
    }
    if (operations) copyBeforeWrite(operations, shared);
  }
}

/** Most files are only read: each is copied when it is first written to, in place that is. */
function copyBeforeWrite(operations: FileNode["stream_ops"], shared: Set<FileNode>): void {
  const { write } = operations;
  operations.write = (stream, ...of) => {
    if (shared.delete(stream.node)) stream.node.contents = stream.node.contents.slice();
    return write(stream, ...of);
  };
}

function entriesOf(tar: Uint8Array): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; tar[at];) {
    const header = tar.subarray(at, at + BLOCK_BYTES);
    const size = parseInt(textOf(header.subarray(...SIZE)), 8);
    const isFolder = String.fromCharCode(header[KIND_AT] ?? 0) === FOLDER_KIND;
    const begin = at + BLOCK_BYTES;
    const path = textOf(header.subarray(...NAME)).replaceAll(/^\/|\/$/g, "");
    entries.push({ path, content: isFolder ? null : tar.subarray(begin, begin + size) });
    at = begin + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
  }
  return entries;
}

function textOf(field: Uint8Array): string {
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}
