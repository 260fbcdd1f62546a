// Everybody who may come to a route, as what he is to the owner's things and to the owner's organization.

/**
 * nobody sends nothing. `other` has an account with things of his own, `admin` the role admin, and neither belongs
 * to the organization. `member` belongs to it, `host` too, who takes its meeting; `orgAdmin` and `owner` run it.
 * `suspended` would be another of its admins; `revoked` is the owner by a session that he ended. The keys read and
 * write are the owner's, adminKey is admin's. `guest` and `otherGuest` send the tokens of two of the owner's bookings.
 */
export const ACTORS = [
  "nobody",
  "other",
  "member",
  "host",
  "orgAdmin",
  "owner",
  "admin",
  "suspended",
  "revoked",
  "readKey",
  "writeKey",
  "adminKey",
  "guest",
  "otherGuest",
] as const;
export type Actor = (typeof ACTORS)[number];

/** What each gets: "ok" for what the row calls a success, else the status of the refusal. */
export type Verdicts = Readonly<Record<Actor, "ok" | number>>;

/** Whether the row's method only reads: all that a key of the scope read may do. */
export type Policy = (isReading: boolean) => Verdicts;

const all = (verdict: "ok" | number): Verdicts =>
  Object.fromEntries(ACTORS.map((actor) => [actor, verdict])) as Verdicts;

/** Who is not, or no more, signed in. A guest's token signs nobody in. */
const UNKNOWN = { nobody: 401, suspended: 401, revoked: 401, guest: 401, otherGuest: 401 } as const;

const scoped = (isReading: boolean, verdicts: Verdicts): Verdicts =>
  isReading ? verdicts : { ...verdicts, readKey: 403 };

const signedIn =
  (others: "ok" | number, given: Partial<Verdicts> = {}): Policy =>
  (isReading) =>
    scoped(isReading, { ...all(others), ...given, ...UNKNOWN });

const HIS = { owner: "ok", readKey: "ok", writeKey: "ok" } as const;
const TO_STRANGERS = { other: 404, admin: 404, adminKey: 404 } as const;

/** Asks no one who he is; what he sends along makes no difference. */
export const everybody: Policy = () => all("ok");
/** Takes strangers too, but no token that is not good any more, and no key whose scope does not do. */
export const anybody: Policy = (isReading) =>
  scoped(isReading, { ...all("ok"), suspended: 401, revoked: 401 });
/** Whoever is signed in, of himself. */
export const signedInOnes = signedIn("ok");
/** Whose it is. */
export const whoseItIs = signedIn(404, HIS);
/** Whoever belongs to the organization. */
export const members = signedIn("ok", TO_STRANGERS);
/** Who runs it; members know that it is there. */
export const orgAdmins = signedIn(403, { ...HIS, ...TO_STRANGERS, orgAdmin: "ok" });
/** The same for what members do not see. */
export const orgAdminsAlone = signedIn(404, { ...HIS, orgAdmin: "ok" });
/** Who owns it. */
export const orgOwner = signedIn(403, { ...HIS, ...TO_STRANGERS });
/** Administrators of the installation. */
export const administrators = signedIn(403, { admin: "ok", adminKey: "ok" });
/** The hosts of the team's meeting; who runs the organization sees that it is there. */
export const teamHost = signedIn(404, {
  ...{ host: "ok", orgAdmin: 403, owner: 403, readKey: 403, writeKey: 403 },
});
/** Its hosts, and who runs the organization. */
export const teamHostAndAdmins = signedIn(404, { ...HIS, host: "ok", orgAdmin: "ok" });
/** The host of his guest's booking, and this guest. */
export const hostAndGuest: Policy = (isReading) => ({
  ...whoseItIs(isReading),
  guest: "ok",
  otherGuest: 404,
});
/** Whoever holds the link of a mail; all else leads nowhere. */
export const whoHasTheLink: Policy = () => ({ ...all(404), guest: "ok" });

/** The same, but people who signed in only: no key will do. */
export const inSession =
  (policy: Policy): Policy =>
  (isReading) => ({ ...policy(isReading), readKey: 403, writeKey: 403, adminKey: 403 });

/** The same but for some. */
export const but =
  (policy: Policy, given: Partial<Verdicts>): Policy =>
  (isReading) => ({ ...policy(isReading), ...given });
