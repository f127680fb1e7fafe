/**
 * Keeps the browser from sending the form, and reads what stands in it, trimmed; ticked boxes of one
 * name are one value, with commas between.
 */
export function sentFields(event: Event): Readonly<Record<string, string>> {
  event.preventDefault();
  if (!(event.currentTarget instanceof HTMLFormElement)) return {};
  const sent: Record<string, string> = {};
  for (const [name, value] of new FormData(event.currentTarget)) {
    const text = typeof value === "string" ? value.trim() : "";
    sent[name] = sent[name] === undefined ? text : `${sent[name]},${text}`;
  }
  return sent;
}

/** As it stands: a password may begin or end with a space. */
export function sentSecret(event: Event, name: string): string {
  if (!(event.currentTarget instanceof HTMLFormElement)) return "";
  const value = new FormData(event.currentTarget).get(name);
  return typeof value === "string" ? value : "";
}

/** Every box of one name that is ticked. */
export function sentChoices(event: Event, name: string): readonly string[] {
  if (!(event.currentTarget instanceof HTMLFormElement)) return [];
  return new FormData(event.currentTarget).getAll(name).filter((value) =>
    typeof value === "string"
  );
}
