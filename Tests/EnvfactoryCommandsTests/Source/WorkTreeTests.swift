import Testing

@testable import EnvfactoryCommands

@Suite("A checkout's files")
struct WorkTreeTests {
    private static let hash = String(repeating: "0a1b2c3d", count: 5)
    private static let config = """
        [core]
        \trepositoryformatversion = 0
        [remote "upstream"]
        \turl = https://github.com/other/payments
        [remote "origin"]
        \turl = git@github.com:acme/payments.git
        \tfetch = +refs/heads/*:refs/remotes/origin/*
        [branch "main"]
        \tremote = origin
        """

    private func tree(_ texts: [String: String], in directory: String = "/src/payments") throws -> WorkTree? {
        try WorkTree(around: directory, MemoryFiles(texts, directories: [directory]))
    }

    @Test("tell branch, commit and remote, from any directory inside")
    func checkout() throws {
        let texts = [
            "/src/payments/.git/HEAD": "ref: refs/heads/fix/rounding\n",
            "/src/payments/.git/config": Self.config,
            "/src/payments/.git/refs/heads/fix/rounding": "\(Self.hash)\n",
            "/src/payments/src/main.swift": "",
        ]
        let expected = WorkTree(
            path: "/src/payments", remoteURL: "git@github.com:acme/payments.git", branch: "fix/rounding",
            commit: Self.hash)
        #expect(try tree(texts) == expected)
        #expect(try tree(texts, in: "/src/payments/src") == expected)
    }

    @Test("find a commit among the packed references, and a detached one")
    func packed() throws {
        let packed = try tree([
            "/src/payments/.git/HEAD": "ref: refs/heads/main",
            "/src/payments/.git/packed-refs": "# pack-refs\n\(Self.hash) refs/heads/main\n^0000\n",
        ])
        #expect(packed?.commit == Self.hash)
        #expect(packed?.remoteURL == nil)
        let detached = try tree(["/src/payments/.git/HEAD": Self.hash])
        #expect(detached?.commit == Self.hash)
        #expect(detached?.branch == nil)
    }

    @Test("lead from a linked work tree to what it shares")
    func linked() throws {
        let linked = try tree(
            [
                "/src/agent/.git": "gitdir: /src/payments/.git/worktrees/agent\n",
                "/src/payments/.git/worktrees/agent/HEAD": "ref: refs/heads/agent\n",
                "/src/payments/.git/worktrees/agent/commondir": "../..\n",
                "/src/payments/.git/worktrees/agent/../../config": Self.config,
                "/src/payments/.git/worktrees/agent/../../refs/heads/agent": Self.hash,
            ], in: "/src/agent")
        #expect(
            linked
                == WorkTree(
                    path: "/src/agent", remoteURL: "git@github.com:acme/payments.git", branch: "agent",
                    commit: Self.hash))
    }

    @Test("are none outside of a checkout, and may hold nonsense")
    func nonsense() throws {
        #expect(try tree([:]) == nil)
        #expect(try tree([:], in: "/nowhere/else") == nil)
        #expect(try tree(["/src/payments/.git": "something else"]) == nil)
        let odd = try tree([
            "/src/payments/.git/HEAD": "\u{0}\u{1B}[31m", "/src/payments/.git/config": "[remote \"\nurl\n= =\n[[[",
        ])
        #expect(odd == WorkTree(path: "/src/payments", remoteURL: nil, branch: nil, commit: nil))
    }
}
