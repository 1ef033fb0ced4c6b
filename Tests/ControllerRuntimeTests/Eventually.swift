import Testing

/// Lets other tasks run until something holds that nobody can be waited for to tell.
func eventually(
    _ condition: @Sendable () -> Bool, sourceLocation: SourceLocation = #_sourceLocation
) async {
    for _ in 0..<200_000 {
        if condition() { return }
        await Task.yield()
    }
    Issue.record("it never came to hold", sourceLocation: sourceLocation)
}
