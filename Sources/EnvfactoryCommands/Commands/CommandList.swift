/// All commands, in the order in which the help names them.
enum CommandList {
    static let all: [any Command.Type] = [
        EnvironmentCreate.self,
        EnvironmentList.self,
        EnvironmentGet.self,
        EnvironmentDescribe.self,
        EnvironmentEvents.self,
        EnvironmentLogs.self,
        EnvironmentWaitFor.self,
        DiffRun.self,
        EnvironmentExtend.self,
        EnvironmentDelete.self,
        KubeconfigGet.self,
        EnvironmentConnect.self,
        ClassList.self,
        ClassGet.self,
        InferenceCreate.self,
        InferenceList.self,
        InferenceGet.self,
        InferenceWaitFor.self,
        InferenceChat.self,
        InferenceLogs.self,
        InferenceDelete.self,
        EnvironmentUp.self,
        EnvironmentDown.self,
        TokenPrint.self,
        ChartRender.self,
        ChartShow.self,
        ChartPull.self,
        ReleaseList.self,
        ReleaseHistoryShow.self,
        ReleaseStatusShow.self,
        PauseSet.self,
        PauseEnd.self,
        InstallationInstall.self,
        InstallationUninstall.self,
        OperatorRun.self,
        DemoRun.self,
        SimulationTrials.self,
        DoctorRun.self,
        CompletionShow.self,
        CompletionAnswer.self,
        VersionShow.self,
        ForwardKeep.self,
        ManifestsGenerate.self,
        HelpShow.self,
    ]

    /// What is known under a name: commands, and the first words of those that have two.
    static var names: [String] {
        let shown = all.map { $0.description }.filter { !$0.isHidden }
        let groups = shown.filter { $0.words.count > 1 }.compactMap(\.words.first)
        return shown.map(\.name) + groups
    }

    /// The command that these words call, and how many of them did.
    static func find(_ words: [String]) -> (command: any Command.Type, count: Int)? {
        for count in [2, 1] where words.count >= count {
            if let command = all.first(where: { $0.description.words == Array(words.prefix(count)) }) {
                return (command, count)
            }
        }
        return nil
    }

    /// The commands whose first word this is: `class list` and `class get` for `class`.
    static func group(_ word: String) -> [any Command.Type] {
        all.filter { $0.description.words.count > 1 && $0.description.words.first == word }
    }
}
