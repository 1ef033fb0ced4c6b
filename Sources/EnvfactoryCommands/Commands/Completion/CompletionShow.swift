import EnvironmentAPI

/// `envfactory completion`.
struct CompletionShow: Command {
    private static let shell = Positional(
        "shell", completes: .words(CompletionShell.allCases.map { CompletionWord($0.rawValue) }),
        "Bash, zsh or fish.")

    static let description = CommandDescription(
        "completion",
        summary: "Print the script that completes command lines in a shell",
        why: """
            Completes commands, options, and the names of environments, classes and model servers, which it asks the \
            cluster for. kubectl does so for 'kubectl envfactory' where a link kubectl_complete-envfactory to this \
            program is in the PATH.
            """,
        positionals: [shell],
        example: """
            source <(envfactory completion bash)
            envfactory completion fish
            """,
        reachesCluster: false
    )

    private let shell: CompletionShell

    init(_ arguments: ParsedArguments) throws(UsageError) {
        let name = try arguments.required(Self.shell)
        guard let shell = CompletionShell(rawValue: name) else {
            throw UsageError("there is no completion for \(name.shown): write bash, zsh or fish")
        }
        self.shell = shell
    }

    func run(_ context: CommandContext) async throws { try context.console.print(shell.script) }
}

/// A shell that can be told how to complete.
enum CompletionShell: String, Sendable, Hashable, CaseIterable {
    case bash, zsh, fish

    var script: String {
        switch self {
        case .bash: Self.bashScript
        case .zsh: Self.zshScript
        case .fish: Self.fishScript
        }
    }

    /// bash takes words apart at = and :, and wants back what follows the last of them.
    private static let bashScript = #"""
        # Completion of envfactory in bash. Put 'source <(envfactory completion bash)' into ~/.bashrc.
        _envfactory() {
            local line=${COMP_LINE:0:COMP_POINT} words word
            read -ra words <<<"$line"
            [[ $line != *[[:space:]] ]] || words+=("")
            local last=${words[${#words[@]} - 1]} prefix=
            [[ $last != *[=:]* ]] || prefix=${last%"${last##*[=:]}"}
            COMPREPLY=()
            while IFS=$'\t' read -r word _; do
                case $word in
                    :0) compopt -o default ;;
                    :*) ;;
                    *) COMPREPLY+=("${word#"$prefix"}") ;;
                esac
            done < <("${words[0]}" __complete -- "${words[@]:1}" 2>/dev/null)
            [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace
        }
        complete -F _envfactory envfactory

        """#

    private static let zshScript = #"""
        #compdef envfactory
        # Completion of envfactory in zsh: a file _envfactory in a folder of $fpath, or 'source <(envfactory completion zsh)'.
        _envfactory() {
            local -a candidates
            local line name
            for line in "${(@f)$("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
                case $line in
                    :0) _files ;;
                    :*) ;;
                    *)
                        name=${line%%$'\t'*}
                        [[ $line != *$'\t'* ]] || name="${name//:/\\:}:${line#*$'\t'}"
                        candidates+=("$name")
                        ;;
                esac
            done
            (( ${#candidates} == 0 )) || _describe envfactory candidates
        }
        if [[ $funcstack[1] == _envfactory ]]; then _envfactory "$@"; else compdef _envfactory envfactory; fi

        """#

    private static let fishScript = #"""
        # Completion of envfactory in fish: the file ~/.config/fish/completions/envfactory.fish.
        function __envfactory_complete
            set -l words (commandline -opc)
            set -l last (commandline -ct)
            for line in ($words[1] __complete -- $words[2..-1] "$last" 2>/dev/null)
                switch $line
                    case ':0'
                        __fish_complete_path "$last"
                    case ':*'
                    case '*'
                        echo -- $line
                end
            end
        end
        complete -c envfactory -f -a '(__envfactory_complete)'

        """#
}
