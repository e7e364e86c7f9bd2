import { passwordLength } from '../auth/password.ts';

/** Everything that the pages say. Another language is another of these, and a line in `languages`. */
const english = {
  language: 'en',
  product: 'Gatehouse',
  email: 'E-mail address',
  password: 'Password',
  repeated: 'The same again',
  yourName: 'Your name',
  workspaceName: 'Name of the workspace',
  passwordHint: `At least ${passwordLength.min} characters, of any kind. Several words are easy to remember.`,
  notTheSame: 'The two passwords are not the same.',
  otherLink: 'The link that you opened last is for another address: see below.',
  forAddress: 'For',
  tryLater: 'There were too many tries from your network. Please try again later.',

  failedTitle: 'That did not work',
  failed: 'Please open the page again and try once more.',
  busyTitle: 'Too much going on',
  busy: 'Nothing was changed. Please go back and try again in a moment.',
  brokenTitle: 'This link does not work any more',
  broken: 'Links work once, and for a limited time. Ask for a new one where you asked for this.',

  signInTitle: 'Sign in',
  signIn: 'Sign in',
  signInRefused:
    'The e-mail address or the password is wrong. After many tries, wait a few minutes or set a new password.',
  forgotten: 'Forgot your password?',
  noAccount: 'Sign up',

  signUpTitle: 'Sign up',
  signUp: 'Sign up',
  haveAccount: 'I have an account',
  lookInMailTitle: 'Look into your mail',
  signUpSent: 'We have sent you a mail. The link in it makes your workspace.',

  forgotTitle: 'Set a new password',
  forgotIntroduction: 'Tell us your address, and we send you a link that sets a new password.',
  send: 'Send link',
  resetSent: 'If there is an account with this address, a mail with a link is on its way to it.',
  notArrived: 'Nothing there after some minutes? Look among spam, or ask again.',

  confirmTitle: 'Make your workspace',
  confirmIntroduction: 'Your address is confirmed. Choose a password, and your workspace is made.',
  workspace: 'Workspace',
  makeWorkspace: 'Make workspace',

  choosePasswordTitle: 'Choose your password',
  setPassword: 'Set password',
  passwordSetTitle: 'Your password is set',
  passwordSet: 'You can sign in with it now. If you were signed in anywhere before, that has ended.',

  confirmEmailTitle: 'Confirm your new address',
  confirmEmailIntroduction: 'From then on you sign in with this address. Wherever you are signed in now, that ends.',
  confirmEmail: 'Confirm address',
  emailChangedTitle: 'Your address is changed',
  emailChanged: 'Sign in with the new address from now on.',

  invitationTitle: 'You are invited',
  invitesYou: 'invites you into the workspace',
  haveAccountAlready: 'You have an account already. Its password shows that it is you.',
  signedInAlready: 'You are signed in with this address.',
  acceptInvitation: 'Join',

  accountTitle: 'Your account',
  signedInAs: 'Signed in as',
  worksIn: 'Working in',
  switchTo: 'Go to',
  sessions: 'Where you are signed in',
  thisOne: 'This one',
  lastSeen: 'last used',
  endSession: 'End',
  signOut: 'Sign out',
  signOutEverywhere: 'Sign out everywhere',
  signedOutTitle: 'You are signed out',

  currentPassword: 'Current password',
  backToAccount: 'Your account',
  changePasswordTitle: 'Change your password',
  newPassword: 'New password',
  changePassword: 'Change password',
  passwordChangedTitle: 'Your password is changed',
  passwordChanged: 'Wherever else you were signed in, that has ended.',
  changeEmailTitle: 'Change your address',
  changeEmailIntroduction: 'We send a link to the new address. Until you open it, nothing changes.',
  newEmail: 'New e-mail address',
  emailChangeSent: 'We have sent a mail to the new address. The link in it makes it the one that you sign in with.',
  deleteAccountTitle: 'Delete your account',
  deleteAccountIntroduction: 'Your memberships in all workspaces end, and you are signed out everywhere. ' +
    'What you did there stays with the workspaces. This cannot be undone.',
  deleteAccount: 'Delete account',
  accountDeletedTitle: 'Your account is deleted',
  accountDeleted: 'We have sent you a last mail that says so.',
};

export type Words = typeof english;

const languages: readonly Words[] = [english];

/** In the language that the browser asks for, where we speak it; otherwise in English. */
export function wordsFor(headers: Headers): Words {
  const wanted = (headers.get('accept-language') ?? '').split(',').slice(0, 10)
    .map((part) => part.trim().slice(0, 2).toLowerCase());
  return wanted.map((tag) => languages.find(({ language }) => language === tag)).find(Boolean) ?? english;
}
