/** A file of `deploy/common/` and its place in a package, without the leading slash. */
export interface OwnFile {
  readonly path: string;
  readonly from: string;
  readonly mode?: number;
  readonly isConfig?: boolean;
}
