"""The script that a shell reads once, for each shell: it asks `launchwindow completion words` at every Tab.

It asks the program that PATH has, whatever stands at the line's beginning: `./launchwindow` in somebody else's folder
may be anything, and a Tab must not run it.
"""

from __future__ import annotations

FILES = ":files"
"""The line that says that a file's name may stand there as well; no word of ours begins with a colon."""

BASH = """\
# Completion of launchwindow for bash: put `source <(launchwindow completion bash)` into ~/.bashrc.
_launchwindow() {
    local line files=
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ $line == :files ]]; then files=1; else COMPREPLY+=("${line%%$'\\t'*}"); fi
    done < <(printf '%s\\0' "${COMP_WORDS[@]:1:COMP_CWORD}" | command launchwindow completion words 2>/dev/null)
    if [[ $files ]]; then compopt -o default 2>/dev/null; fi
}
complete -F _launchwindow launchwindow
"""

ZSH = """\
#compdef launchwindow
# Completion of launchwindow for zsh: put `source <(launchwindow completion zsh)` into ~/.zshrc, behind compinit;
# or this text into a file _launchwindow in a folder of $fpath.
_launchwindow() {
    local line word files=
    local -a found
    while IFS= read -r line; do
        if [[ $line == :files ]]; then
            files=1
        else
            word=${line%%$'\\t'*}
            found+=("${word//:/\\\\:}:${line#*$'\\t'}")
        fi
    done < <(printf '%s\\0' "${(@Q)words[2,CURRENT]}" | command launchwindow completion words 2>/dev/null)
    (( ${#found} )) && _describe -t words 'launchwindow' found
    [[ -n $files ]] && _files
}
if [[ ${funcstack[1]} == _launchwindow ]]; then _launchwindow "$@"; else compdef _launchwindow launchwindow; fi
"""

FISH = """\
# Completion of launchwindow for fish: `launchwindow completion fish > ~/.config/fish/completions/launchwindow.fish`.
function __launchwindow_complete
    set -l words (commandline -opc) (commandline -ct)
    test (count (commandline -ct)) -eq 0; and set -a words ''
    for line in (printf '%s\\0' $words[2..-1] | command launchwindow completion words 2>/dev/null)
        if test "$line" = ':files'
            __fish_complete_path (commandline -ct)
        else
            printf '%s\\n' $line
        end
    end
end
complete -c launchwindow -f -a '(__launchwindow_complete)'
"""

SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}
