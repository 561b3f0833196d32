import type { z } from "@hono/zod-openapi";

/** A wire type as zod puts it: an optional field may also be there and undefined. JSON leaves it out then. */
type Output<T> = T extends object
  ? { [K in keyof T]: Output<T[K]> | (object extends Pick<T, K> ? undefined : never) }
  : T;

/**
 * One schema for each field of a wire type: `z.object({ … } satisfies Shape<wire.Comment>)` does not compile with a field missing,
 * a field too many, or a field of another type.
 */
export type Shape<T> = { [K in keyof T]-?: z.ZodType<Output<T>[K]> };
