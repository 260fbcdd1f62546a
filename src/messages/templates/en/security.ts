/** The mails about the safety of an account. */
export const security = {
  passwordReset: {
    subject: "Set a new password",
    heading: "Set a new password",
    intro: [
      "Somebody, hopefully you, asked for a link to set a new password for your account. It is good for 30 minutes and works once.",
      "You did not ask for it? Then simply ignore this mail: your password stays as it is.",
    ],
    button: "Set a new password",
  },
  passwordChanged: {
    subject: "Your password was changed",
    heading: "Your password was changed",
    intro: [
      "From now on you sign in with the new one. Other devices were signed out.",
      "You did not do this? Then set a new password now, which signs everybody else out.",
    ],
    button: "That was not me",
  },
  emailChanged: {
    subject: "The address of your account was changed",
    heading: "Your account has another address",
    intro: "This address no longer belongs to your account; mails go to the new one from now on.",
    undo: "You did not do this? Then take it back, within a week: the account gets this address again, everybody is signed out, and you get a link to set a new password.",
    noUndo: "You did not do this? Then please write to whoever runs this installation.",
    button: "That was not me",
  },
  accountErased: {
    subject: "Your account is deleted",
    heading: "Your account is deleted",
    intro: [
      "As you asked, your account is closed, and nobody can sign in to it or book with you any more. Coming meetings are passed on to colleagues or cancelled, and everybody concerned is told.",
      "What we know of you is deleted within a day, this address too. This is the last mail from us.",
      "You did not do this? Then please write to whoever runs this installation at once.",
    ],
  },
  footer:
    "You receive this mail because it concerns the safety of your account. It cannot be turned off.",
};
