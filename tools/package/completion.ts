import { type HelpPage, optionsOf, subcommandsOf } from "./help.ts";

/** For bash: the next word of a command, else its options, else file names. */
export function bashCompletion(pages: readonly HelpPage[]): string {
  const commands = pages.filter(({ words }) => words.every((word) => !word.startsWith("-")));
  return [
    "# bash completion for yikatong",
    "_yikatong() {",
    '  local current="${COMP_WORDS[COMP_CWORD]}" path="" word next options',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    "    [[ $word == -* ]] && break",
    '    path="${path:+$path }$word"',
    "  done",
    "  while :; do",
    '    case "$path" in',
    ...commands.flatMap((page) => [
      `      ${quoted(page.words.join(" "))})`,
      `        next=${quoted(subcommandsOf(page, pages).join(" "))}`,
      `        options=${quoted(allOptions(page, pages).join(" "))}`,
      "        break",
      "        ;;",
    ]),
    "    esac",
    '    if [[ $path == *" "* ]]; then path="${path% *}"; else path=""; fi',
    "  done",
    '  if [[ $current == -* ]]; then next="$options"; fi',
    '  mapfile -t COMPREPLY < <(compgen -W "$next" -- "$current")',
    "}",
    "complete -o default -F _yikatong yikatong",
    "",
  ].join("\n");
}

/** With those of its other forms, as `doctor --terminal` has. */
function allOptions(page: HelpPage, pages: readonly HelpPage[]): string[] {
  const forms = pages.filter(({ words }) =>
    words.length === page.words.length + 1 && words.at(-1)?.startsWith("-") &&
    page.words.every((word, at) => words[at] === word)
  );
  const own = [page, ...forms].flatMap(optionsOf);
  return [...new Set([...own, ...forms.flatMap(({ words }) => words.slice(-1))])].sort();
}

function quoted(text: string): string {
  return `"${text}"`;
}
