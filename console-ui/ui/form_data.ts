/** Keeps the browser from sending the form, and reads what stands in it, trimmed. */
export function sentFields(event: Event): Readonly<Record<string, string>> {
  event.preventDefault();
  if (!(event.currentTarget instanceof HTMLFormElement)) return {};
  const fields = [...new FormData(event.currentTarget)];
  return Object.fromEntries(
    fields.map(([name, value]) => [name, typeof value === "string" ? value.trim() : ""]),
  );
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
