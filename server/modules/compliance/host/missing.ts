/** A file of the machine that is not there, or that the platform may not read: no source then. */
export function isMissing(thrown: unknown): boolean {
  return thrown instanceof Deno.errors.NotFound || thrown instanceof Deno.errors.NotCapable ||
    thrown instanceof Deno.errors.PermissionDenied;
}
