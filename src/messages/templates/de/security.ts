import type { security as english } from "../en/security.ts";

/** The mails about the safety of an account. */
export const security: typeof english = {
  passwordReset: {
    subject: "Neues Passwort festlegen",
    heading: "Neues Passwort festlegen",
    intro: [
      "Jemand, hoffentlich Sie, hat um einen Link gebeten, um ein neues Passwort für Ihr Konto festzulegen. Er gilt 30 Minuten und nur einmal.",
      "Das waren Sie nicht? Dann können Sie diese E‑Mail einfach ignorieren: Ihr Passwort bleibt, wie es ist.",
    ],
    button: "Neues Passwort festlegen",
  },
  passwordChanged: {
    subject: "Ihr Passwort wurde geändert",
    heading: "Ihr Passwort wurde geändert",
    intro: [
      "Ab jetzt melden Sie sich mit dem neuen an. Andere Geräte wurden abgemeldet.",
      "Das waren Sie nicht? Dann legen Sie jetzt ein neues Passwort fest; damit werden alle anderen abgemeldet.",
    ],
    button: "Das war ich nicht",
  },
  emailChanged: {
    subject: "Die Adresse Ihres Kontos wurde geändert",
    heading: "Ihr Konto hat eine andere Adresse",
    intro:
      "Diese Adresse gehört nicht mehr zu Ihrem Konto; E‑Mails gehen ab jetzt an die neue Adresse.",
    undo: "Das waren Sie nicht? Dann machen Sie es innerhalb einer Woche rückgängig: Das Konto bekommt diese Adresse wieder, alle werden abgemeldet, und Sie erhalten einen Link, um ein neues Passwort festzulegen.",
    noUndo: "Das waren Sie nicht? Dann schreiben Sie bitte an den Betreiber dieser Installation.",
    button: "Das war ich nicht",
  },
  accountErased: {
    subject: "Ihr Konto ist gelöscht",
    heading: "Ihr Konto ist gelöscht",
    intro: [
      "Wie Sie es wollten, ist Ihr Konto geschlossen: Niemand kann sich mehr anmelden oder Termine mit Ihnen buchen. Kommende Termine gehen an Kolleginnen und Kollegen oder werden abgesagt, und alle Beteiligten erfahren es.",
      "Was wir von Ihnen wissen, wird innerhalb eines Tages gelöscht, auch diese Adresse. Dies ist die letzte E‑Mail von uns.",
      "Das waren Sie nicht? Dann schreiben Sie bitte sofort an den Betreiber dieser Installation.",
    ],
  },
  footer:
    "Sie erhalten diese E‑Mail, weil sie die Sicherheit Ihres Kontos betrifft. Sie lässt sich nicht abbestellen.",
};
