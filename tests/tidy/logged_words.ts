/** Names of values that must never reach a log (style, rule 13; GB/T 35273 personal data). */
const FORBIDDEN =
  /\b(id_?numbers?|card_?numbers?|card_?no|cert_?no|certno|pins?|pin_?block|phones?|phone_?number|mobile|address|person_?name|patient_?name|full_?name|secrets?|password|private_?key|token|auth_?code|payment_?code|voucher|e_?c_?token|credential|headers)\b/i;

const LOG_CALL = /\b(?:#?log)\.(?:debug|info|warn|error)\(/g;

/** The calls of a log that name one of them, each as its own text. */
export function forbiddenLogCalls(text: string): string[] {
  return [...text.matchAll(LOG_CALL)]
    .map((match) => callFrom(text, match.index + match[0].length))
    .filter((call) => FORBIDDEN.test(withoutWords(call)));
}

/** The arguments up to the parenthesis that closes the call. */
function callFrom(text: string, start: number): string {
  let depth = 1;
  let at = start;
  for (; at < text.length && depth > 0; at++) {
    if (text[at] === "(") depth++;
    if (text[at] === ")") depth--;
  }
  return text.slice(start, at - 1);
}

/** A message may say "card"; what counts is which values go out beside and inside it. */
function withoutWords(call: string): string {
  return call.replace(/"[^"]*"/g, '""').replace(
    /`[^`]*`/g,
    (template) => [...template.matchAll(/\$\{([^}]*)\}/g)].map(([, value]) => value).join(" "),
  );
}
