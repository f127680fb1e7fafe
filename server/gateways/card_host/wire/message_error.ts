/** Why bytes are no message, or a message cannot be bytes; without any of its content. */
export type MessageErrorCode =
  | "truncated"
  | "too_long"
  | "trailing_bytes"
  | "unknown_field"
  | "wrong_length"
  | "wrong_content";

/** The only error of this folder, whatever the bytes were. */
export class CardMessageError extends Error {
  override readonly name = "CardMessageError";
  readonly code: MessageErrorCode;
  constructor(code: MessageErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
