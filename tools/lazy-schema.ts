type Parsed = { readonly success: boolean; readonly data?: unknown };
type RealSchema = {
  readonly parse: (value: unknown) => unknown;
  readonly safeParse: (value: unknown) => Parsed;
};

/**
 * Stands for a zod schema in the published build. What the compiled function accepts never wakes zod; what it does not is handed
 * to the real schema, which alone refuses and explains. Anything else asked of the schema is answered by the real one.
 */
export function lazySchema(
  real: () => RealSchema,
  accept: ((value: unknown) => unknown) | undefined,
): RealSchema {
  const safeParse = (value: unknown): Parsed => {
    const data = accept?.(value);
    return data === undefined ? real().safeParse(value) : { success: true, data };
  };
  const parse = (value: unknown): unknown => accept?.(value) ?? real().parse(value);
  return new Proxy(
    { parse, safeParse },
    {
      get: (own, key) => (key === 'parse' || key === 'safeParse' ? own[key] : Reflect.get(real(), key)),
      has: (_, key) => Reflect.has(real(), key),
    },
  );
}
