_ansible_runner() {
  local cur prev command= dir= word i skip=0
  COMPREPLY=()
  cur=${COMP_WORDS[COMP_CWORD]}
  prev=${COMP_WORDS[COMP_CWORD-1]}
  # bash cuts --name=value at the sign.
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $word == = ]]; then skip=1
    elif ((skip)); then skip=0
    elif [[ " $_ansible_runner_values " == *" $word "* ]]; then
      [[ ${COMP_WORDS[i+1]} == = ]] || skip=1
    elif [[ $word == -* ]]; then :
    elif [[ -z $command ]]; then command=$word
    elif [[ -z $dir ]]; then dir=$word
    fi
  done
  if [[ " $_ansible_runner_paths " == *" $prev "* ]]; then
    _ansible_runner_path "$prev" "$dir"
  elif [[ " $_ansible_runner_values " == *" $prev "* ]]; then
    return
  elif [[ $cur == -* ]]; then
    _ansible_runner_words "$(_ansible_runner_flags "$command")"
  elif [[ -z $command ]]; then
    _ansible_runner_words "$_ansible_runner_commands"
  elif [[ $command == completions ]]; then
    _ansible_runner_words "$_ansible_runner_shells"
  elif [[ -z $dir && $command != doctor ]]; then
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -d -- "$cur")
  fi
}

_ansible_runner_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

_ansible_runner_path() {
  compopt -o filenames
  if [[ ($1 == -p || $1 == --playbook) && -d $2/project ]]; then
    mapfile -t COMPREPLY < <(cd -- "$2/project" && compgen -f -- "$cur")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
}

complete -F _ansible_runner ansible-runner
