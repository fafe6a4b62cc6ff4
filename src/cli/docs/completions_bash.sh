_ansible_runner() {
  local cur command= dir= word flag= head= glue= plain i
  local -A given=()
  COMPREPLY=()
  cur=${COMP_WORDS[COMP_CWORD]}
  # bash cuts words at = : and @: what stands after those belongs to the word before.
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $word == [=:@]* ]]; then
      glue=1
      [[ -n $head || $word != = ]] && head+=$word
    elif [[ -n $glue ]]; then glue= head+=$word
    elif [[ -n $flag && -z $head ]]; then head=$word
    else
      flag= head=
      if [[ " $_ansible_runner_values " == *" $word "* ]]; then flag=$word
      elif [[ $word == -* ]]; then :
      elif [[ -z $command ]]; then command=$word
      elif [[ -z $dir ]]; then dir=$word
      fi
    fi
    [[ -z $flag ]] || given[$flag]=$head
  done
  if [[ $cur == [=:@]* ]]; then
    glue=1
    [[ -n $head || $cur != = ]] && head+=$cur
    cur=
  fi
  _ansible_runner_plain "$dir" && dir=$plain
  if [[ -n $flag && (-z $head || -n $glue) ]]; then
    _ansible_runner_value
  elif [[ $cur == -* ]]; then
    _ansible_runner_words "$(_ansible_runner_flags "$command")"
  elif [[ -z $command ]]; then
    _ansible_runner_words "$_ansible_runner_commands"
  elif [[ $command == completions ]]; then
    _ansible_runner_words "$_ansible_runner_shells"
  elif [[ -z $dir && $command != doctor ]]; then
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -d -- "$cur")
  elif [[ " $_ansible_runner_takes_idents " == *" $command "* ]]; then
    head=
    _ansible_runner_idents
  fi
}

# The value of $flag, of which $head is typed already.
_ansible_runner_value() {
  local choices=
  _ansible_runner_choices "$flag"
  case $flag in
    -i|--ident) _ansible_runner_idents ;;
    -p|--playbook) _ansible_runner_playbooks ;;
    -r|--role) _ansible_runner_roles ;;
    --credential) _ansible_runner_credential ;;
    -l|--limit|--hosts|--host) _ansible_runner_hosts ;;
    *)
      if [[ -n $choices ]]; then _ansible_runner_words "$choices"
      elif [[ " $_ansible_runner_paths " == *" $flag "* ]]; then _ansible_runner_files .
      fi ;;
  esac
}

# Words of our own, with blanks between.
_ansible_runner_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

_ansible_runner_files() {
  compopt -o filenames
  mapfile -t COMPREPLY < <(cd -- "$1" 2>/dev/null && compgen -f -- "$cur")
}

# Sets $plain to a word without its quotes; what bash would expand stays as it is, but for a home.
_ansible_runner_plain() {
  plain=${1//[\'\"]/}
  [[ $plain != '~/'* ]] || plain=$HOME/${plain#'~/'}
  plain=${plain//\\/}
}

# Offers names of others, each as one word whatever stands in it.
_ansible_runner_offer() {
  local name quoted plain
  local -A seen=()
  _ansible_runner_plain "$cur"
  for name; do
    ((${#COMPREPLY[@]} < 500)) || return
    [[ $name == "$head$plain"* && $name != *[[:cntrl:]]* && -z ${seen[$name]} ]] || continue
    seen[$name]=1
    name=${name#"$head"}
    printf -v quoted %q "$name"
    # Within quotes of the user only what needs none.
    if [[ $cur != [\'\"]* ]]; then COMPREPLY+=("$quoted")
    elif [[ $quoted == "$name" ]]; then COMPREPLY+=("$name")
    fi
  done
}

# Sets $plain to the value of an option, or to a directory of the private data directory.
_ansible_runner_place() {
  _ansible_runner_plain "${given[$1]}"
  [[ -n $plain ]] || plain=${dir:-.}/$2
}

_ansible_runner_idents() {
  local plain path
  local -a names=()
  _ansible_runner_place --artifact-dir artifacts
  for path in "$plain"/*/; do
    [[ -d $path ]] || continue
    path=${path%/}
    names+=("${path##*/}")
  done
  _ansible_runner_offer "${names[@]}"
}

_ansible_runner_playbooks() {
  local plain project path below=
  local -a names=()
  _ansible_runner_place --project-dir project
  project=$plain
  _ansible_runner_plain "$head$cur"
  if [[ $plain == /* || ! -d $project ]]; then
    _ansible_runner_files .
    return
  fi
  [[ $plain != */* ]] || below=${plain%/*}/
  for path in "$project/$below"*; do
    if [[ -d $path ]]; then
      names+=("$below${path##*/}/")
    elif [[ -f $path && $path == *.@(yml|yaml|json) ]]; then
      names+=("$below${path##*/}")
    fi
  done
  compopt -o nospace
  _ansible_runner_offer "${names[@]}"
  # A blank follows a playbook, none a directory on the way to it.
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} != */ ]] && compopt +o nospace
}

_ansible_runner_roles() {
  local plain path place
  local -a names=() places=()
  _ansible_runner_plain "${given[--roles-path]:-$ANSIBLE_ROLES_PATH}"
  IFS=: read -r -a places <<< "$plain"
  for place in "${places[@]}" "${dir:-.}/roles" "${dir:-.}/project/roles"; do
    for path in "$place"/*/; do
      [[ -d $path ]] || continue
      path=${path%/}
      names+=("${path##*/}")
    done
  done
  _ansible_runner_offer "${names[@]}"
}

_ansible_runner_credential() {
  case $head in
    *=file:*) _ansible_runner_files . ;;
    *=env:*) mapfile -t COMPREPLY < <(compgen -v -- "$cur") ;;
    *=*) compopt -o nospace; _ansible_runner_words "file: env:" ;;
    *@*) ;;
    *) compopt -o nospace; _ansible_runner_words "$_ansible_runner_credentials" ;;
  esac
}

# Hosts and groups that stand in files of the inventory; no program is started, no plugin asked.
_ansible_runner_hosts() {
  local plain file list= typed=$cur
  local -a files=() names=()
  if [[ $command == retry && $flag == --hosts ]]; then
    _ansible_runner_words "failed unreachable both"
    return
  fi
  _ansible_runner_place --inventory inventory
  if [[ -d $plain ]]; then files=("$plain"/*); else files=("$plain"); fi
  for file in "${files[@]:0:20}"; do
    [[ -f $file && ! -x $file && $file != *.@(cfg|retry|bak|orig|md|txt) ]] || continue
    _ansible_runner_inventory "$file"
  done
  # Of a list with commas the last one is being typed.
  [[ $cur != *,* ]] || list=${cur%,*},
  cur=${typed#"$list"} head=
  compopt -o nospace
  _ansible_runner_offer "${names[@]}" all
  # Quoted once more: bash 5.2 puts the match in the place of a bare "&".
  COMPREPLY=("${COMPREPLY[@]/#/"$list"}")
}

# Adds the names in a file, INI or YAML, to $names; of a long file those at its beginning.
_ansible_runner_inventory() {
  local line name is_yaml= skip= parent indent i
  local -a lines keys=()
  local key='^( {0,40})([^][:blank:]#:"[{}'\'']+):([[:blank:]]|$)'
  local section='^\[([^]:]+)(:([a-z]+))?\]'
  local host='^([^][:blank:]#;[{}-][^][:blank:][]*)([[:blank:]]|$)'
  mapfile -t -n 5000 lines < <(head -c 262144 -- "$1" | tr -d '\000')
  [[ ${lines[0]} != '$ANSIBLE_VAULT'* ]] || return
  for line in "${lines[@]}"; do
    ((${#names[@]} < 2000)) || return
    line=${line%$'\r'}
    if [[ $line =~ $section ]]; then
      skip=
      [[ ${BASH_REMATCH[3]} != vars ]] || skip=1
      names+=("${BASH_REMATCH[1]}")
    elif [[ $line =~ $key ]]; then
      # YAML: the names below hosts and children, and groups at the top.
      is_yaml=1 indent=${#BASH_REMATCH[1]} name=${BASH_REMATCH[2]} parent=
      for ((i = indent - 1; i >= 0; i--)); do
        [[ -z ${keys[i]} ]] || { parent=${keys[i]}; break; }
      done
      keys=("${keys[@]:0:indent}")
      for ((i = ${#keys[@]}; i < indent; i++)); do keys[i]=; done
      keys[indent]=$name
      if [[ $parent == @(hosts|children) || $indent -eq 0 && $name != plugin ]]; then
        names+=("$name")
      fi
    elif [[ -z $is_yaml && -z $skip && $line =~ $host ]]; then
      names+=("${BASH_REMATCH[1]}")
    fi
  done
}

complete -F _ansible_runner ansible-runner
