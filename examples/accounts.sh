#!/usr/bin/env bash
# The whole life of an account, by curl: examples/accounts.sh [http://localhost:4000], beside `npm start`.
# Each step sends an operation of 16-accounts.graphql. Links come out of the mails that /dev/mail shows.
set -euo pipefail
url=${1:-http://localhost:4000}
document=$(dirname "$0")/16-accounts.graphql
email=ada-$RANDOM$RANDOM@example.com
token=

# ask Operation '{"variable":"value"}': prints the answer.
ask() {
  node -e 'const [file, operationName, variables] = process.argv.slice(1);
    process.stdout.write(JSON.stringify({ query: require("fs").readFileSync(file, "utf8"), operationName, variables: JSON.parse(variables) }))' \
    "$document" "$1" "${2:-{\}}" |
    curl -s "$url/graphql" -H 'content-type: application/json' ${token:+-H "authorization: Bearer $token"} -d @-
}
step() { echo; echo "== $1"; answer=$(ask "$1" "${2:-{\}}"); echo "${answer//$token/…}" | cut -c1-400; }
# The session's token in the last answer.
session() { token=$(sed -n 's/.*"token":"\([^"]*\)".*/\1/p' <<<"$answer"); }
# What stands behind token= in the newest mail to an address, whose path is the second argument.
link() {
  for _ in $(seq 60); do
    for mail in $(curl -s "$url/dev/mail" | grep -o '/dev/mail/[0-9a-f-]*"' | tr -d '"' | head -20); do
      page=$(curl -s "$url$mail")
      if grep -q "$1" <<<"$page" && grep -q "$2?token=" <<<"$page"; then
        grep -o "$2?token=[A-Za-z0-9_-]*" <<<"$page" | head -1 | cut -d= -f2
        return
      fi
    done
    sleep 0.5
  done
  echo "No mail with $2 has come to $1." >&2
  return 1
}

step SignUp '{"email":"'"$email"'"}'
step ConfirmSignUp '{"token":"'"$(link "$email" /confirm-sign-up)"'","password":"correct horse battery"}'; session
step SignOut; token=
step SignIn '{"email":"'"$email"'","password":"correct horse battery"}'; session
step Sessions
step SwitchWorkspace '{"workspace":"'"$(sed -n 's/.*"workspaces":\[{"slug":"\([^"]*\)".*/\1/p' <<<"$answer")"'"}'; session
step ChangePassword '{"password":"correct horse battery","newPassword":"another horse, another battery"}'; session
step ChangeEmail '{"newEmail":"new-'"$email"'","password":"another horse, another battery"}'
step ConfirmEmail '{"token":"'"$(link "new-$email" /confirm-email)"'"}'; token=
step RequestPasswordReset '{"email":"new-'"$email"'"}'
step SetPassword '{"token":"'"$(link "new-$email" /reset-password)"'","newPassword":"a third one, a third battery"}'
step SignIn '{"email":"new-'"$email"'","password":"a third one, a third battery"}'; session
step SignOutEverywhere
step EndSession '{"id":"session_00000000-0000-0000-0000-000000000000"}'
step ResendSignUp '{"email":"'"$email"'"}'
step DeleteAccount '{"password":"a third one, a third battery"}'
step SignOut
