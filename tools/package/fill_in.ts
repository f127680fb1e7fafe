/** Puts values in the place of `@NAME@`; a name without a value is a mistake of ours. */
export function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/@([A-Z_]+)@/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`Cannot fill in ${whole}`);
    return value.trimEnd();
  });
}
