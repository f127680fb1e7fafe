/** Something that a build needs is not there: the message is all that its user has to see. */
export class BuildError extends Error {
  override readonly name = "BuildError";
}
