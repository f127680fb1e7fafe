import { z } from "zod";

/** Every setting a schema knows, as the operator writes it: `his.url`, `devices.ups.path`. */
export function settingPaths(schema: z.core.$ZodType): string[] {
  return [...new Set(walk(schema, []))].sort();
}

function walk(schema: z.core.$ZodType, path: readonly string[]): string[] {
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape)
      .flatMap(([name, inner]: [string, z.core.$ZodType]) => walk(inner, [...path, name]));
  }
  if (schema instanceof z.ZodDiscriminatedUnion) {
    return schema.options.flatMap((option: z.core.$ZodType) => walk(option, path));
  }
  const inner = insideOf(schema);
  return inner ? walk(inner, path) : [path.join(".")];
}

/** Of what may be absent, has a default or is worked on before it is looked at. */
function insideOf(schema: z.core.$ZodType): z.core.$ZodType | null {
  if (schema instanceof z.ZodPipe) {
    return schema.in instanceof z.ZodTransform ? schema.out : schema.in;
  }
  const isAround = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault;
  return isAround ? schema.unwrap() : null;
}
