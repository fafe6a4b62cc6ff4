_ansible_runner_command() {
  local -a commands
  commands=(
COMMANDS
  )
  _describe -t commands command commands
}

_ansible_runner() {
  local -a flags
  local word command=
  for word in ${words[2,CURRENT-1]}; do
    case $word in
      (NAMES) command=$word; break ;;
    esac
  done
  case $command in
CASES
  esac
}

if [[ $funcstack[1] == _ansible-runner ]]; then
  _ansible_runner "$@"
else
  compdef _ansible_runner ansible-runner
fi
