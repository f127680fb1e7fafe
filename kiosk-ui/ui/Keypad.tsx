import type { JSX } from "preact";
import { ZH } from "../i18n/zh.ts";

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

interface KeypadProps {
  readonly onDigit: (digit: string) => void;
  readonly onErase: () => void;
  /** Beside the zero: clears all, or is the X of an ID number. */
  readonly onClear?: () => void;
  readonly onLetter?: () => void;
}

export function Keypad({ onDigit, onErase, onClear, onLetter }: KeypadProps): JSX.Element {
  const { erase, clear } = ZH.profile.entering;
  return (
    <div class="keypad" data-testid="keypad">
      {DIGITS.map((digit) => <Key key={digit} name={digit} onPress={() => onDigit(digit)} />)}
      {onClear && <Key name={clear} id="clear" quiet onPress={onClear} />}
      {onLetter && <Key name="X" onPress={onLetter} />}
      <Key name="0" onPress={() => onDigit("0")} />
      <Key name={erase} id="erase" quiet onPress={onErase} />
    </div>
  );
}

interface KeyProps {
  readonly name: string;
  readonly id?: string;
  readonly quiet?: boolean;
  readonly onPress: () => void;
}

function Key({ name, id, quiet, onPress }: KeyProps): JSX.Element {
  return (
    <button
      type="button"
      class={quiet ? "key key-quiet" : "key"}
      data-testid={`key-${id ?? name}`}
      onClick={onPress}
    >
      {name}
    </button>
  );
}
