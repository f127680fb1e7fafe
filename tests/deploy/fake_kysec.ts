/**
 * KySec's commands as the facts have them: tags kept per file (a copy has none), an untagged
 * program held and then refused with 126, a status that anybody may read.
 */
export interface FakeKysec {
  /** In front of PATH. */
  readonly bin: string;
  setStatus(status: "Normal" | "Softmode" | "Disabled"): Promise<void>;
  /** From now on `kysec_set` is refused as an untagged program is, or says no. */
  refuse(how: "held" | "denied"): Promise<void>;
}

const SET = `#!/bin/sh
[ "$1" = --help ] && exit 0
state=$(dirname "$0")/../state
case $(cat "$state/refuse" 2>/dev/null) in
  held) sleep "$(cat "$state/hold_seconds")"; exit 126 ;;
  denied) echo "permission denied" >&2; exit 1 ;;
esac
[ "$1 $2 $3 $4" = "-n exectl -v verified" ] || exit 2
stat -c %i "$5" >> "$state/tagged"
`;

const GET = `#!/bin/sh
[ "$1 $2" = "-n exectl" ] || exit 2
state=$(dirname "$0")/../state
tag=unknown
grep -qx "$(stat -c %i "$3")" "$state/tagged" && tag=verified
echo "$3: $tag"
`;

const STATUS = `#!/bin/sh
printf 'KySec status: %s\\n\\nexec control: on\\nfile protect: on\\nkmod protect: on\\nthree admin : off\\n' \\
  "$(cat "$(dirname "$0")/../state/status")"
`;

export async function fakeKysec(folder: string): Promise<FakeKysec> {
  const state = `${folder}/state`;
  const bin = `${folder}/bin`;
  for (const path of [state, bin]) await Deno.mkdir(path, { recursive: true });
  for (const [name, text] of [["kysec_set", SET], ["kysec_get", GET], ["getstatus", STATUS]]) {
    await Deno.writeTextFile(`${bin}/${name}`, text ?? "", { mode: 0o755 });
  }
  await Deno.writeTextFile(`${state}/tagged`, "");
  await Deno.writeTextFile(`${state}/status`, "Normal");
  // The real ones take 30; a test has no time for that.
  await Deno.writeTextFile(`${state}/hold_seconds`, "1");
  return {
    bin,
    setStatus: (status) => Deno.writeTextFile(`${state}/status`, status),
    refuse: (how) => Deno.writeTextFile(`${state}/refuse`, how),
  };
}
