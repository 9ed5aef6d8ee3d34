#!/usr/bin/env bash
# One step of action.yml: has Python and what Launchwindow depends on, then runs it from the action's own checkout ($1).
set -euo pipefail
action=$1

stop() {
  # For people: what is wrong, and what to do. For workflows: the same outputs as of any step.
  echo "::error title=launchwindow%3A wrong-setup::$1"
  printf '### launchwindow\n\n%s\n\n' "$1" >> "${GITHUB_STEP_SUMMARY:-/dev/null}"
  local command=${LAUNCHWINDOW_COMMAND:-}
  case $command in *[!a-z-]*) command= ;; esac
  {
    echo 'decision=wrong-setup'
    echo 'reason-code=wrong-setup'
    printf 'result={"schema": "launchwindow.action/1", "command": "%s", "decision": "wrong-setup", ' "$command"
    printf '"reason_code": "wrong-setup", "exit_status": 2, "errors": ["%s"], "document": null}\n' "$1"
  } >> "${GITHUB_OUTPUT:-/dev/null}"
  exit 2
}

python=$(command -v python3 || true)
[ -n "$python" ] || stop 'There is no python3 on this runner. Use one that has it, such as ubuntu-24.04, or set Python up first.'
"$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  stop 'python3 on this runner is older than 3.11. Use ubuntu-24.04 or newer, or set Python up first.'

# Once a job: further steps find it. Exactly the files that were locked, whatever the index has by now.
temporary=${RUNNER_TEMP:-/tmp}
locked=$action/action-requirements.txt
digest=$("$python" -I -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest()[:16])' "$locked")
home=$temporary/launchwindow-$digest
if [ ! -e "$home/ready" ]; then
  rm -rf "$home"
  log=$(mktemp)
  if ! { "$python" -I -m venv "$home" && "$home/bin/python" -I -m pip install --quiet --disable-pip-version-check \
      --require-hashes --only-binary :all: -r "$locked"; } > "$log" 2>&1; then
    mark=launchwindow-$RANDOM$RANDOM$RANDOM$RANDOM
    echo "::stop-commands::$mark"; tail -n 20 "$log"; echo "::$mark::"
    rm -f "$log"
    stop 'What Launchwindow depends on could not be installed: the log of this step has the reason. Is the package index reachable?'
  fi
  rm -f "$log"
  touch "$home/ready"
fi

# Git asks this for a name and a password. The token stands in no file and no command line, and GitHub alone gets it.
export GIT_ASKPASS=$home/askpass GIT_TERMINAL_PROMPT=0 GITHUB_SERVER_URL=${GITHUB_SERVER_URL:-https://github.com}
if [ ! -x "$GIT_ASKPASS" ]; then
  asked=$(mktemp "$home/askpass.XXXXXX")
  cat > "$asked" << 'END'
#!/bin/sh
scheme=${GITHUB_SERVER_URL%%://*} host=${GITHUB_SERVER_URL#*://}
case "$1" in
  "Username for '$scheme://$host'"* | "Username for '$scheme://$host/"*) echo x-access-token ;;
  "Password for '$scheme://x-access-token@$host'"* | "Password for '$scheme://x-access-token@$host/"*) printf '%s\n' "$GITHUB_TOKEN" ;;
  *)
    echo "fatal: the remote is not at $GITHUB_SERVER_URL, and gets no token: check out from there" >&2
    exit 1 ;;
esac
END
  chmod 700 "$asked"
  mv "$asked" "$GIT_ASKPASS"
fi

# With a deploy key of its own, the ledger is pushed by that alone: a branch's rules can name a key, and not a workflow.
if [ -n "${LAUNCHWINDOW_LEDGER_KEY:-}" ]; then
  checkout=${LAUNCHWINDOW_WORKING_DIRECTORY:-.}
  secret=$(mktemp -d "$temporary/launchwindow-key.XXXXXX")
  # Further steps find neither the key nor the address that needs it.
  trap 'rm -rf "$secret"; git -C "$checkout" config --unset-all remote.origin.pushurl || true' EXIT
  # As a secret it may have been pasted with the line ends of Windows, which ssh does not read.
  (umask 077 && printf '%s\n' "${LAUNCHWINDOW_LEDGER_KEY//$'\r'/}" > "$secret/key")
  unset LAUNCHWINDOW_LEDGER_KEY
  export GIT_SSH_COMMAND="ssh -i '$secret/key' -o IdentitiesOnly=yes -o IdentityAgent=none -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile='$action/hooks/launchwindow/action/known_hosts'"
  git -C "$checkout" config --replace-all remote.origin.pushurl "git@${GITHUB_SERVER_URL#*://}:$GITHUB_REPOSITORY.git" ||
    stop 'The input working-directory names no checkout of a git repository. Check it out with actions/checkout first.'
fi

# Isolated: no module of the folder that it runs in, and no variable for Python, takes part.
"$home/bin/python" -I "$action/hooks/launchwindow/action"
