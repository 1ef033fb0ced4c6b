/// All commands, in the order in which the help names them.
enum CommandList {
    static let all: [any Command.Type] = [
        EnvironmentCreate.self,
        EnvironmentList.self,
        EnvironmentGet.self,
        EnvironmentDescribe.self,
        EnvironmentWaitFor.self,
        DiffRun.self,
        EnvironmentExtend.self,
        EnvironmentDelete.self,
        KubeconfigGet.self,
        ClassList.self,
        ClassGet.self,
        EnvironmentUp.self,
        EnvironmentDown.self,
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
        VersionShow.self,
        ManifestsGenerate.self,
        HelpShow.self,
    ]

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
