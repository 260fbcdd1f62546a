import { afterAll, beforeAll, spyOn } from "bun:test";

/** In this file passwords are hashed at the lowest cost: it is not about them, and there are many. */
export function hashCheaply(): void {
  const real = Bun.password.hash;
  const cheap = (password: string) => real(password, { algorithm: "bcrypt", cost: 4 });
  let spy: { mockRestore(): void };
  beforeAll(() => {
    spy = spyOn(Bun.password, "hash").mockImplementation(cheap as typeof real);
  });
  afterAll(() => spy.mockRestore());
}
