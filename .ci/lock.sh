#!/usr/bin/env bash
# Writes action-requirements.txt: exactly what action.yml installs, with the digest of every file that may be it.
#
# Run it when the dependencies of pyproject.toml change, or to take newer versions; then look at the difference. It needs
# uv (`pip install uv`) and a package index.
set -euo pipefail
cd "$(dirname "$0")/.."
{
  echo '# What action.yml installs. Made by .ci/lock.sh from pyproject.toml; do not edit.'
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade \
    --no-emit-index-url --only-binary :all: --extra github pyproject.toml
} > action-requirements.txt.new
mv action-requirements.txt.new action-requirements.txt
