/** Mails zu Organisationen. */
export const organization = {
  plain: { organization: "eine Organisation", inviter: "Jemand" },
  roles: { admin: "Administrator", member: "Mitglied" },
  added: {
    subject: (organization: string) => `Sie gehören nun zu ${organization}`,
    heading: (organization: string) => `Sie gehören nun zu ${organization}`,
    intro: (inviter: string, organization: string, role: string) =>
      `${inviter} hat Sie als ${role} in ${organization} aufgenommen.`,
    consent:
      "Dürfen andere Sie als Gastgeber von Terminen eintragen? Dann stimmen Sie über den Link zu: Gäste können dann Zeiten buchen, zu denen Sie verfügbar und frei sind. Ohne Ihre Zustimmung nimmt niemand Ihre Zeit in Anspruch. Sie können sie jederzeit zurücknehmen.",
    button: "Über die Zustimmung entscheiden",
  },
  invited: {
    subject: (organization: string) => `Einladung zu ${organization}`,
    heading: (organization: string) => `Einladung zu ${organization}`,
    intro: (inviter: string, organization: string, role: string) =>
      `${inviter} lädt Sie als ${role} zu ${organization} ein, um gemeinsam mit anderen Termine anzubieten.`,
    consent:
      "Der Link erklärt, wie Sie beitreten, und gilt 14 Tage. Sie wissen nicht, worum es geht? Dann brauchen Sie nichts zu tun.",
    button: "Zur Einladung",
  },
  footer: {
    added:
      "Sie erhalten diese E-Mail, weil Sie in Kalends in eine Organisation aufgenommen wurden.",
    invited:
      "Sie erhalten diese E-Mail, weil diese Adresse zu einer Organisation in Kalends eingeladen wurde.",
  },
};
