#!/usr/bin/env bash
# One step of action.yml: has Python and what Launchwindow depends on, then runs it from the action's own checkout ($1).
set -euo pipefail
action=$1

stop() {
  # For people: what is wrong, and what to do.
  echo "::error title=launchwindow: wrong-setup::$1"
  { echo 'decision=wrong-setup'; echo 'reason-code=wrong-setup'; } >> "${GITHUB_OUTPUT:-/dev/null}"
  exit 2
}

python=$(command -v python3 || true)
[ -n "$python" ] || stop 'There is no python3 on this runner. Use one that has it, such as ubuntu-24.04, or set Python up first.'
"$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  stop 'python3 on this runner is older than 3.11. Use ubuntu-24.04 or newer, or set Python up first.'

# Once a job: further steps find it. Exactly the files that were locked, whatever the index has by now.
locked=$action/action-requirements.txt
home=${RUNNER_TEMP:-/tmp}/launchwindow-$(sha256sum "$locked" | cut -c1-16)
if [ ! -e "$home/ready" ]; then
  rm -rf "$home"
  log=$(mktemp)
  if ! { "$python" -I -m venv "$home" && "$home/bin/python" -I -m pip install --quiet --disable-pip-version-check \
      --require-hashes --only-binary :all: -r "$locked"; } > "$log" 2>&1; then
    mark=launchwindow-$RANDOM$RANDOM$RANDOM$RANDOM
    echo "::stop-commands::$mark"; tail -n 20 "$log"; echo "::$mark::"
    stop 'What Launchwindow depends on could not be installed: the log of this step has the reason. Is the package index reachable?'
  fi
  touch "$home/ready"
fi

# Git asks this for a name and a password; the token stands in no file and no command line.
export GIT_ASKPASS=$home/askpass GIT_TERMINAL_PROMPT=0
if [ ! -x "$GIT_ASKPASS" ]; then
  printf '%s\n' '#!/bin/sh' 'case "$1" in Username*) echo x-access-token ;; *) printf "%s\n" "$GITHUB_TOKEN" ;; esac' > "$GIT_ASKPASS.new"
  chmod 700 "$GIT_ASKPASS.new"
  mv "$GIT_ASKPASS.new" "$GIT_ASKPASS"
fi

# With a deploy key of its own, the ledger is pushed by that alone: a branch's rules can name a key, and not a workflow.
if [ -n "${LAUNCHWINDOW_LEDGER_KEY:-}" ]; then
  secret=$(mktemp -d)
  trap 'rm -rf "$secret"' EXIT
  (umask 077 && printf '%s\n' "$LAUNCHWINDOW_LEDGER_KEY" > "$secret/key")
  export GIT_SSH_COMMAND="ssh -i $secret/key -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=$action/hooks/launchwindow/action/known_hosts"
  git -C "${LAUNCHWINDOW_WORKING_DIRECTORY:-.}" config remote.origin.pushurl "git@${GITHUB_SERVER_URL#https://}:$GITHUB_REPOSITORY.git"
  unset LAUNCHWINDOW_LEDGER_KEY
fi

# Isolated: no module of the folder that it runs in, and no variable for Python, takes part.
"$home/bin/python" -I "$action/hooks/launchwindow/action"
