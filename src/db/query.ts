// The only file that says "unsafe": one SQL file, one binding, one call.
import { type Static, type TObject, type TProperties, type TSchema, Type } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler } from "@sinclair/typebox/compiler";
import type { Parameter, Statements } from "./sql.ts";
import { IdsT, IdT, IntT, JsonT, pgTypeOf } from "./type.ts";

type Args<P extends TProperties> = { [K in keyof P]: Static<P[K]> };

/** What the contract test holds against the server: the text, its parameters in order, its row. */
export interface Contract {
  readonly text: string;
  readonly params: TProperties;
  readonly row: TProperties;
}

/** Every row, in the statement's order. */
export const many = <P extends TProperties, R extends TProperties>(
  text: string,
  params: P,
  row: R,
) => bind(text, params, row, (rows) => rows);

/** The first row, or null. */
export const maybe = <P extends TProperties, R extends TProperties>(
  text: string,
  params: P,
  row: R,
) => bind(text, params, row, (rows) => rows[0] ?? null);

/** The one row that there must be; a RangeError where there is none. */
export const one = <P extends TProperties, R extends TProperties>(
  text: string,
  params: P,
  row: R,
) =>
  bind(text, params, row, (rows, what) => {
    if (rows[0] === undefined) throw new RangeError(`Cannot find a row: ${what}`);
    return rows[0];
  });

/**
 * The row of each call, or null. Calls that come at once go together: the statement takes `items`, what each was
 * called with and its number as `item`, and each of its rows says whose it is.
 */
export function gathered<P extends TProperties, R extends TProperties>(
  text: string,
  params: P,
  row: R,
) {
  type Answer = Static<TObject<R>>;
  const items = JsonT(Type.Array(Type.Object({ item: IntT, ...params })));
  const all = many(text, { items }, { item: IntT, ...row });
  const run = (db: Statements, args: Args<P>): Promise<Answer | null> =>
    db.gather(text, args, async (calls) => {
      const numbered = calls.map((call, item) => ({ item, ...call }));
      const rows: readonly unknown[] = await all(db, { items: numbered as never });
      const byItem = new Map(
        (rows as (Answer & { item: number })[]).map((each) => [each.item, each]),
      );
      return calls.map((_call, item) => byItem.get(item) ?? null);
    });
  return Object.assign(run, { contract: all.contract });
}

/**
 * The row of an id, or null. Calls that come at once go together, each id once: the statement takes `ids`, and each of
 * its rows says by its own `id` whose it is.
 */
export function byId<R extends TProperties>(text: string, row: R) {
  type Answer = Static<TObject<R>> & { id: string };
  const all = many(text, { ids: IdsT }, { id: IdT, ...row });
  const run = (db: Statements, id: string): Promise<Answer | null> =>
    db.gather(text, id, async (ids) => {
      const rows: readonly unknown[] = await all(db, { ids: [...new Set(ids)] });
      const found = new Map((rows as Answer[]).map((each) => [each.id, each]));
      return ids.map((each) => found.get(each.toLowerCase()) ?? null);
    });
  return Object.assign(run, { contract: all.contract });
}

function bind<P extends TProperties, R extends TProperties, T>(
  text: string,
  params: P,
  properties: R,
  take: (rows: readonly Static<TObject<R>>[], what: string) => T,
) {
  const row = Type.Object(properties);
  const names = Object.keys(params);
  const kinds = names.map((name) => pgTypeOf(params[name] as TSchema));
  const what = text.slice(3, text.indexOf("\n"));
  // Only tests look, and to compile hundreds would hold up a start.
  let compiled: TypeCheck<typeof row> | null = null;
  async function run(db: Statements, args: Args<P>): Promise<T> {
    const values = names.map((name, i) => db.parameter(kinds[i]!, args[name] as Parameter));
    const rows = await db.run(text, values);
    if (db.checkRows) {
      compiled ??= TypeCompiler.Compile(row);
      const looks = compiled;
      const odd = rows.find((each) => !looks.Check(each));
      if (odd) {
        const error = looks.Errors(odd).First();
        throw new TypeError(`Cannot trust a row of "${what}": ${error?.path} ${error?.message}`);
      }
    }
    return take(rows as unknown as readonly Static<TObject<R>>[], what);
  }
  return Object.assign(run, { contract: { text, params, row: properties } satisfies Contract });
}
