#!/bin/sh
# Keeps the summary of a failed run: ansible-runner run demo -p test.yml --on-failure demo/plugins/on_failure.sh
cat > "$RUNNER_ARTIFACT_DIR/summary.json"
echo "$RUNNER_IDENT: $RUNNER_STATUS ($RUNNER_RC)" >> "$RUNNER_ARTIFACT_DIR/mail"
