// The OpenAPI document as its tests look at it.

export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly examples?: readonly unknown[];
  readonly [keyword: string]: unknown;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header" | "cookie";
  readonly required?: boolean;
  readonly schema: Schema;
}

type Content = Readonly<Record<string, { schema?: Schema; example?: unknown }>>;

export interface Operation {
  /** "POST /api/v1/bookings" */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses?: Readonly<
    Record<string, { readonly $ref?: string; readonly content?: Content }>
  >;
}

export const operationsOf = (document: {
  paths: Record<string, Record<string, Omit<Operation, "name" | "method" | "path">>>;
}): Operation[] =>
  Object.entries(document.paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => ({
      ...operation,
      name: `${method.toUpperCase()} ${path}`,
      method,
      path,
    })),
  );

/** Where a schema has objects that let pass what it does not name. */
export function looseObjects(schema: Schema, at = ""): string[] {
  const isObject = schema.properties !== undefined || schema.patternProperties !== undefined;
  const isLoose = isObject && schema.additionalProperties !== false;
  return [
    ...(isLoose ? [at] : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, each]) =>
      looseObjects(each, `${at}.${name}`),
    ),
    ...Object.values(schema.patternProperties ?? {}).flatMap((each) =>
      looseObjects(each, `${at}.*`),
    ),
    ...(schema.items ? looseObjects(schema.items, `${at}[]`) : []),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].flatMap((each) =>
      looseObjects(each, at),
    ),
  ];
}

/** Every operation of the document that is served. */
export async function documentOf(send: (path: string) => Promise<Response>): Promise<Operation[]> {
  const response = await send("/swagger/json");
  return operationsOf((await response.json()) as Parameters<typeof operationsOf>[0]);
}
