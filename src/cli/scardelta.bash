# bash completion for scardelta: commands, then each command's own options as its help lists them.
_scardelta() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local command=${COMP_WORDS[1]-} options
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W "compare timeline batch merge repeatability align inspect verify --help --version" -- "$current")
    return
  fi
  case $previous in
  --progress) mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$current") ;;
  --view) mapfile -t COMPREPLY < <(compgen -W "front left right auto" -- "$current") ;;
  --mirrored) mapfile -t COMPREPLY < <(compgen -W "before after" -- "$current") ;;
  --card) mapfile -t COMPREPLY < <(compgen -W "auto none" -- "$current") ;;
  --language) mapfile -t COMPREPLY < <(compgen -W "en de" -- "$current") ;;
  --paper) mapfile -t COMPREPLY < <(compgen -W "a4 letter" -- "$current") ;;
  --format) mapfile -t COMPREPLY < <(compgen -W "jpg png" -- "$current") ;;
  --zones | --control-zone)
    mapfile -t COMPREPLY < <(compgen -W "forehead glabella nose left_cheek right_cheek
      left_periorbital right_periorbital perioral chin" -- "$current")
    ;;
  -o | --output) mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
  --scale-mm-per-px | --ipd-mm | --grey-card | --case | --max-megapixels | --max-memory | --shard | --time-limit | --memory-limit | -j | --jobs) ;;
  *)
    if [[ $current == -* ]]; then
      options=$("${COMP_WORDS[0]}" "$command" --help 2>/dev/null | grep -oE '(^|[ ,])--[a-z-]+')
      mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
    else
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
    fi
    ;;
  esac
}
complete -o filenames -F _scardelta scardelta
