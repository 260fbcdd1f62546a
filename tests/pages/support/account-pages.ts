// What the mails about accounts, organizations and other mails lead to.
import { resetUrl } from "../../../src/accounts/sign-in/reset-password.ts";
import { verificationUrl } from "../../../src/accounts/verify-email.ts";
import { unsubscribeUrl } from "../../../src/unsubscribe/link.ts";
import { add, makeOrganization, makePerson } from "../../organizations/support/people.ts";
import { book, makeHost, makeMeetingType, PASSWORD } from "../../support/make.ts";
import type { Tour } from "./tour.ts";

/** Addresses, passwords, invitations and subscriptions. */
export async function accountPages(tour: Tour): Promise<void> {
  await addresses(tour);
  await passwords(tour);
  await organizations(tour);
  await subscriptions(tour);
}

async function addresses({ house, api, open, visit, press, linkTo }: Tour) {
  const { world } = house;
  const host = await makeHost(world);
  await visit("confirm an address", verificationUrl(world, host));
  await press("address confirmed", "Confirm my address");
  await open("/verify?token=x");
  await press("address not confirmed", "Confirm my address");
  const body = { email: `other.${host.email}` };
  await api("PATCH", "/users/me", { token: host.token, body });
  const undo = await linkTo(host.email, "/undo-email");
  await visit("take an account back", undo);
  await press("account taken back", "That was not me: take it back");
  await open(undo);
  await press("account not taken back", "That was not me: take it back");
}

async function passwords({ house, open, visit, fill, press }: Tour) {
  const host = await makeHost(house.world);
  await visit("password forgotten", "/reset");
  await fill({ email: "nonsense" });
  await press("password forgotten, mistakes", "Mail me a link");
  await fill({ email: host.email });
  await press("link mailed", "Mail me a link");
  const link = resetUrl(house.world, { ...host, passwordVersion: 1 });
  await visit("new password", link);
  await fill({ password: "short" });
  await press("new password, mistakes", "Set the password");
  await fill({ password: `${PASSWORD}, anew` });
  await press("password set", "Set the password");
  await open(link);
  await fill({ password: PASSWORD });
  await press("password not set", "Set the password");
}

async function organizations({ house, api, visit, press, linkTo }: Tour) {
  const { world } = house;
  const owner = await makePerson(world, { name: "Olga Owner" });
  const id = await makeOrganization(api, owner);
  const email = "newcomer@example.com";
  await add(api, id, owner, { email });
  const invitation = await linkTo(email, "/invitation");
  await visit("invited without an account", invitation);
  const joiner = await makeHost(world);
  await world.db.run("update users set email = $2 where id = $1", [joiner.id, email]);
  await visit("invited with an address to confirm", invitation);
  const become = (set: string) =>
    world.db.run(`update users set ${set} where id = $1`, [joiner.id]);
  await become("status = 'SUSPENDED'");
  await visit("invited, not active", invitation);
  await become("status = 'ACTIVE', email_verified_at = now()");
  await visit("invited", invitation);
  await press("joined", "Join");
  await visit("joined before", invitation);
  await visit("invited by a broken link", "/invitation?token=x");
  const member = await makePerson(world, { name: "Mary Member" });
  await add(api, id, owner, member);
  await visit("may they name you?", await linkTo(member.email, "/hosting"));
  await press("they may", "Yes, they may");
}

async function subscriptions({ house, api, visit, press }: Tour) {
  const { world } = house;
  const host = await makeHost(world);
  const mine = { of: "user", userId: host.id, kind: "BOOKING_CONFIRMED" } as const;
  await visit("stop these mails?", unsubscribeUrl(world, mine));
  await press("stopped", "Stop these mails");
  const type = await makeMeetingType(world, host);
  const { body } = await book(api, type, "2026-11-23T10:00:00Z", { guest: { locale: "de" } });
  const [guest] = await world.db.run("select id from attendees where booking_id = $1", [
    body.booking.id,
  ]);
  const theirs = { of: "guest", attendeeId: `${guest?.["id"]}` } as const;
  await visit("stop these mails, in German?", unsubscribeUrl(world, theirs));
  await visit("no such mails", "/unsubscribe/x");
}
