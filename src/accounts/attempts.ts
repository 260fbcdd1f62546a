// How often strangers may try something on one account, over all processes. Counted by what they
// name, whether or not there is such an account, so that the count tells nothing.
import { tooMany } from "../http/rate-limit.ts";
import { pseudonym } from "../token.ts";
import type { World } from "../world.ts";

// 10 in 15 minutes are a thousand a day: nothing against a password that is not on a list.
const GUESSES = { points: 10, seconds: 900 };
// As many as a person asks for who waits for a mail.
const MAILS = { points: 5, seconds: 3600 };

/**
 * What a check of a password says, unless wrong ones were tried too often. A right one does not
 * count. Problems: rate_limited, and those of the check.
 * @param account whose password it is
 */
export async function guessed(
  world: World,
  account: string,
  check: () => Promise<boolean>,
): Promise<boolean> {
  const guesses = world.limits.of("password", GUESSES);
  const key = pseudonym(world, "account", account);
  // Counted first: of a hundred at once only ten are checked.
  const { isOver, seconds } = await guesses.take(key);
  if (isOver) throw tooMany("Too many wrong passwords.", seconds);
  let isWrong = false;
  try {
    isWrong = !(await check());
  } finally {
    if (!isWrong) await guesses.giveBack(key);
  }
  return !isWrong;
}

/** Whether another mail may go to an address that a stranger names. */
export async function mayMail(world: World, email: string): Promise<boolean> {
  const key = pseudonym(world, "account", email.toLowerCase());
  const { isOver } = await world.limits.of("mails", MAILS).take(key);
  return !isOver;
}
