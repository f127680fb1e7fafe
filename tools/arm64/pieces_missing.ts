/** A piece is neither there nor to be had here; the message says why. */
export class PiecesMissing extends Error {
  override readonly name = "PiecesMissing";
}
