import EnvfactoryCommands

/// The program; everything it does is in `EnvfactoryCommands`.
@main
struct Main {
    static func main() async {
        await Program.main()
    }
}
