/** Mails about organizations. */
export const organization = {
  /** In place of names that look like an address of the web. */
  plain: { organization: "an organization", inviter: "Somebody" },
  roles: { admin: "an admin", member: "a member" },
  added: {
    subject: (organization: string) => `You were added to ${organization}`,
    heading: (organization: string) => `You belong to ${organization} now`,
    intro: (inviter: string, organization: string, role: string) =>
      `${inviter} added you to ${organization} as ${role}.`,
    consent:
      "If colleagues may name you as a host of meetings, say so by the link below: guests can then book times at which you are open and free. Without it nobody takes your time. You can take it back at any time.",
    button: "Decide whether to host meetings",
  },
  invited: {
    subject: (organization: string) => `You are invited to ${organization}`,
    heading: (organization: string) => `Join ${organization}`,
    intro: (inviter: string, organization: string, role: string) =>
      `${inviter} invites you to ${organization} as ${role}, to be booked for meetings together with colleagues.`,
    consent:
      "The link below explains how to join, and is good for 14 days. You do not know what this is about? Then simply ignore this mail.",
    button: "See the invitation",
  },
  footer: {
    added: "You receive this mail because you were added to an organization in Kalends.",
    invited:
      "You receive this mail because this address was invited to an organization in Kalends.",
  },
};
