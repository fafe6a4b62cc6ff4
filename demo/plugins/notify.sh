#!/bin/sh
# Appends each change of status to a file: ansible-runner run demo -p test.yml --plugin demo/plugins/notify.sh
while IFS= read -r line; do
  case $line in
    '{"status"'*) printf '%s\n' "$line" >> "$RUNNER_ARTIFACT_DIR/notified" ;;
  esac
done
