#!/bin/sh
# Copies the database, encrypted, and the list of people who are gone. Run it in the code's folder,
# as the user that runs Alongside: nightly.sh WHERE-TO [THE-LIST]
set -eu
umask 077
where=$1
list=${2:-.alongside/erasures.ledger}
keep_days=${KEEP_DAYS:-35}
.venv/bin/alongside backup "$where/$(date +%F-%H%M%S).backup"
if [ -f "$list" ]; then
    cp "$list" "$where/erasures.ledger.new"
    mv "$where/erasures.ledger.new" "$where/erasures.ledger"
fi
find "$where" -name '*.backup' -mtime "+$keep_days" -delete
