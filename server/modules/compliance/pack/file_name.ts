/** Names inside a pack are made by us alone: no folders upwards, nothing a shell would read. */
const FILE_NAME = /^(E-\d{2}\/)?[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Throws for anything else: what a name is made of may come from data. */
export function requireFileName(name: string): string {
  if (FILE_NAME.test(name) && !name.includes("..")) return name;
  throw new RangeError(`Cannot name a file of the pack "${name}": expected letters, digits, ._-`);
}
