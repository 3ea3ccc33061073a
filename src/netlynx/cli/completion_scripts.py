"""`netlynx completion SHELL`: what a shell has to be told, once, to complete words of this command.

Each script hands all words up to the cursor to `netlynx __complete` (`netlynx.cli.completion`) and shows what comes.
"""

from __future__ import annotations

from typing import Annotated

from netlynx.cli.declare import Argument
from netlynx.cli.form import misused
from netlynx.cli.stdout import write_script

# The words are split anew at blanks alone: to bash, = and : end words, and what it puts in is what stands behind them.
_BASH = r"""_netlynx() {
    local line=${COMP_LINE:0:COMP_POINT} current before value
    local -a words
    read -ra words <<< "$line"
    if [[ $line == *[[:blank:]] ]]; then words+=(""); fi
    current=${words[-1]}
    before=${current%"${current##*[=:]}"}
    COMPREPLY=()
    while IFS= read -r value; do
        value=${value%%$'\t'*}
        if [[ $value == :files ]]; then
            compopt -o filenames 2>/dev/null
            while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -f -- "${current#"$before"}")
        else
            if [[ $value == *[=.:] ]]; then compopt -o nospace 2>/dev/null; fi
            COMPREPLY+=("${value#"$before"}")
        fi
    done < <("$1" __complete "${words[@]:1}" 2>/dev/null)
}
complete -F _netlynx netlynx
"""
_ZSH = r"""#compdef netlynx
_netlynx() {
    local line value about
    local -a plain open shown_plain shown_open
    for line in "${(@f)$("${(Q)words[1]}" __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
        value=${line%%$'\t'*}
        about=${line#*$'\t'}
        [[ $about == $line ]] && about=
        if [[ $value == :files ]]; then
            if [[ $PREFIX == --*=* ]]; then compset -P '*='; fi
            _files
        elif [[ -z $value ]]; then
            continue
        elif [[ $value == *[=.:] ]]; then
            open+=("$value")
            shown_open+=("$value${about:+  -- $about}")
        else
            plain+=("$value")
            shown_plain+=("$value${about:+  -- $about}")
        fi
    done
    (( $#open )) && compadd -l -S '' -d shown_open -- "${open[@]}"
    (( $#plain )) && compadd -l -d shown_plain -- "${plain[@]}"
    return 0
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _netlynx "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
    compdef _netlynx netlynx
fi
"""
_FISH = r"""function __netlynx_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in ($words[1] __complete $words[2..-1] 2>/dev/null)
        if test "$line" = :files
            set -l option (string match -r -- '^--[^=]*=' (commandline -ct))
            __fish_complete_path (string replace -- "$option" '' (commandline -ct)) | string replace -r '^' -- "$option"
        else
            printf '%s\n' $line
        end
    end
end
complete -c netlynx -f -a '(__netlynx_complete)'
"""
SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


def completion(shell: Annotated[str, Argument("SHELL", help="bash, zsh or fish.")]) -> None:
    """Print what a shell needs to complete commands, options, and names of interfaces, namespaces and other objects.

    bash: `source <(netlynx completion bash)` in ~/.bashrc. zsh: `source <(netlynx completion zsh)` in ~/.zshrc. fish:
    `netlynx completion fish | source` in ~/.config/fish/config.fish.
    """
    if shell not in SCRIPTS:
        raise misused(f"{shell!r} is none of {', '.join(SCRIPTS)}", "SHELL")
    write_script(SCRIPTS[shell])
